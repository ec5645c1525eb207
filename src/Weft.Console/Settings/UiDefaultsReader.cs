using System.Collections.Immutable;

namespace Weft.Console.Settings;

/// <summary>Reads <c>kiali_feature_flags.ui_defaults</c>; what is not said keeps Kiali's default.</summary>
internal static class UiDefaultsReader
{
    public static UiDefaults Read(SettingsNode node)
    {
        var otherwise = new UiDefaults();
        return new UiDefaults
        {
            Graph = FindHide(node["graph"], otherwise.Graph),
            Animation = node["graph"]["settings"]["animation"].Word(otherwise.Animation, "point", "dash"),
            Traffic = Traffic(node["graph"]["traffic"], otherwise.Traffic),
            Language = node["i18n"]["language"].Text(otherwise.Language),
            ShowLanguageSelector = node["i18n"]["show_selector"].Flag(otherwise.ShowLanguageSelector),
            List = List(node["list"], otherwise.List),
            Mesh = FindHide(node["mesh"], otherwise.Mesh),
            MetricsInbound = Aggregations(node["metrics_inbound"]),
            MetricsOutbound = Aggregations(node["metrics_outbound"]),
            MetricsPerRefresh = Span(node["metrics_per_refresh"], otherwise.MetricsPerRefresh),
            Namespaces = node["namespaces"].List(one => one.Text("")) ?? [],
            RefreshInterval = node["refresh_interval"].Text(otherwise.RefreshInterval) is var words and ("pause" or "manual") ? words : Span(node["refresh_interval"], otherwise.RefreshInterval),
            TracingLimit = (int)Math.Clamp(node["tracing"]["limit"].Number(otherwise.TracingLimit), 1, 10_000),
        };
    }

    private static FindHideSettings FindHide(SettingsNode node, FindHideSettings otherwise) =>
        new(node["find_options"].List(Expression) ?? otherwise.Find, node["hide_options"].List(Expression) ?? otherwise.Hide);

    private static ExpressionSettings Expression(SettingsNode node) =>
        new(node["description"].Text(""), node["expression"].Text("")) { AutoSelect = node["auto_select"].Flag(false) };

    private static TrafficDefaults Traffic(SettingsNode node, TrafficDefaults otherwise) => new()
    {
        Ambient = node["ambient"].Word(otherwise.Ambient, "none", "total", "waypoint", "ztunnel"),
        Grpc = node["grpc"].Word(otherwise.Grpc, "none", "received", "requests", "sent", "total"),
        Http = node["http"].Word(otherwise.Http, "none", "requests"),
        Tcp = node["tcp"].Word(otherwise.Tcp, "none", "received", "sent", "total"),
    };

    private static ListDefaults List(SettingsNode node, ListDefaults otherwise) => new()
    {
        IncludeHealth = node["include_health"].Flag(otherwise.IncludeHealth),
        IncludeIstioResources = node["include_istio_resources"].Flag(otherwise.IncludeIstioResources),
        IncludeValidations = node["include_validations"].Flag(otherwise.IncludeValidations),
        ShowIncludeToggles = node["show_include_toggles"].Flag(otherwise.ShowIncludeToggles),
    };

    private static ImmutableArray<AggregationSettings> Aggregations(SettingsNode node) =>
        node["aggregations"].List(one => new AggregationSettings(one["display_name"].Text(""), one["label"].Text(""), one["single_selection"].Flag(false))) ?? [];

    /// <summary>Checked, and handed on as it is written.</summary>
    private static string Span(SettingsNode node, string otherwise)
    {
        node.Duration(TimeSpan.FromMinutes(1));
        return node.Text(otherwise);
    }
}
