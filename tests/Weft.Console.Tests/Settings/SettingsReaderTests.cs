namespace Weft.Console.Settings;

/// <summary>Kiali's configuration file, read.</summary>
public sealed class SettingsReaderTests
{
    /// <summary>The one that the recorded Kiali ran with, and more of what this console follows.</summary>
    private const string Recorded = """
        auth:
          strategy: anonymous
        deployment:
          cluster_wide_access: true
          view_only_mode: true
        installation_tag: "Kiali of Bookinfo"
        extensions:
        - enabled: true
          name: skupper
        external_services:
          custom_dashboards:
            enabled: true
          grafana:
            enabled: true
            external_url: https://grafana.example.com?orgId=2
            auth: {type: basic, username: u, password: p}
            dashboards:
            - name: Istio Service Dashboard
              variables: {namespace: var-namespace, service: var-service}
          prometheus:
            url: http://127.0.0.1:19190
            custom_headers: {X-Scope-OrgID: metrics}
          tracing:
            enabled: true
            external_url: http://127.0.0.1:26686
            internal_url: http://127.0.0.1:26687/jaeger
            provider: tempo
            namespace_selector: false
            whitelist_istio_system: [jaeger-query]
            custom_headers: {X-Scope-OrgID: team-a}
            auth: {type: bearer, token: t}
            query_scope: {mesh_id: east}
        health_config:
          compute:
            duration: 2m
            refresh_interval: 1h30m
          rate:
          - namespace: bookinfo
            tolerance:
            - {code: "404", degraded: 5, failure: 50, protocol: http, direction: inbound}
        kiali_feature_flags:
          disabled_features: [logs-tab]
          ui_defaults:
            graph:
              find_options:
              - {description: "Find: me", expression: "name = me", auto_select: true}
              settings: {animation: dash}
              traffic: {tcp: total}
            i18n: {language: zh}
            metrics_inbound:
              aggregations:
              - {display_name: Network, label: topology_istio_io_network}
            namespaces: [bookinfo]
            refresh_interval: 15s
            tracing: {limit: 20}
          validations: {ignore: [KIA1301, KIA0601]}
        kubernetes_config:
          cluster_name: East
        server:
          address: 0.0.0.0
          port: 20007
          web_root: /kiali
        """;

    [Fact]
    public void What_the_console_follows_is_read()
    {
        var settings = SettingsReader.Read(Recorded);
        Assert.Equal(("anonymous", "East", "Kiali of Bookinfo"), (settings.AuthStrategy, settings.ClusterName, settings.InstallationTag));
        Assert.Equal(("0.0.0.0", 20007, true), (settings.Server.Address, settings.Server.Port, settings.Server.ViewOnly));
        Assert.Equal([new ExtensionSettings("skupper", true)], settings.Extensions);
        Assert.Equal("http://127.0.0.1:19190/", settings.Prometheus!.AbsoluteUri);
        Assert.Equal(("tempo", "http://127.0.0.1:26687/jaeger", false), (settings.Tracing.Provider, settings.Tracing.InternalUrl!.AbsoluteUri, settings.Tracing.NamespaceSelector));
        Assert.Equal([new("X-Scope-OrgID", "team-a"), new("Authorization", "Bearer t")], settings.Tracing.Headers);
        Assert.Equal([new("mesh_id", "east")], settings.Tracing.QueryScope);
        Assert.Equal([new("X-Scope-OrgID", "metrics")], settings.PrometheusHeaders);
        Assert.Equal(["jaeger-query"], settings.Tracing.WhiteListIstioSystem);
        Assert.Equal("Basic dTpw", settings.Grafana.Authorization);
        Assert.Equal([new DashboardLinkSettings("Istio Service Dashboard") { Namespace = "var-namespace", Service = "var-service" }], settings.Grafana.Dashboards);
        Assert.False(settings.Perses.Enabled);
    }

    [Fact]
    public void Tolerances_of_health_are_read_before_those_of_Kiali()
    {
        var health = SettingsReader.Read(Recorded).Health;
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(90), TimeSpan.FromMinutes(10)), (health.Compute.Duration, health.Compute.RefreshInterval, health.Compute.Timeout));
        Assert.Equal(["bookinfo", ".*"], health.Rates.Select(rate => rate.Namespace));
        Assert.Equal([new("404", 5, 50, "http", "inbound")], health.Rates[0].Tolerances);
    }

    [Fact]
    public void Defaults_of_pages_are_read_and_the_rest_is_Kialis()
    {
        var features = SettingsReader.Read(Recorded).Features;
        Assert.Equal(["logs-tab"], features.DisabledFeatures);
        Assert.Equal(["KIA1301", "KIA0601"], features.IgnoredValidations);
        var (defaults, otherwise) = (features.UiDefaults, new UiDefaults());
        Assert.Equal([new ExpressionSettings("Find: me", "name = me") { AutoSelect = true }], defaults.Graph.Find);
        Assert.Equal(otherwise.Graph.Hide, defaults.Graph.Hide);
        Assert.Equal(("dash", "total", "requests", "zh"), (defaults.Animation, defaults.Traffic.Tcp, defaults.Traffic.Http, defaults.Language));
        Assert.Equal([new AggregationSettings("Network", "topology_istio_io_network", false)], defaults.MetricsInbound);
        Assert.Equal(("15s", "1m", 20), (defaults.RefreshInterval, defaults.MetricsPerRefresh, defaults.TracingLimit));
        Assert.Equal(["bookinfo"], defaults.Namespaces);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("external_services:\nextensions: null")]
    public void Nothing_said_is_the_default(string yaml)
    {
        var settings = SettingsReader.Read(yaml);
        Assert.False(settings.Grafana.Enabled || settings.Perses.Enabled || settings.Tracing.Enabled || settings.Server.ViewOnly);
        Assert.Equal("point", settings.Features.UiDefaults.Animation);
        Assert.Null(settings.Prometheus);
    }

    [Fact]
    public void A_Kiali_resource_has_it_in_its_spec() =>
        Assert.Equal("East", SettingsReader.Read("apiVersion: kiali.io/v1alpha1\nkind: Kiali\nspec:\n  kubernetes_config: {cluster_name: East}").ClusterName);

    [Theory]
    [InlineData("external_services: {grafana: {enabled: maybe}}", "external_services.grafana.enabled: \"maybe\" is not true or false")]
    [InlineData("external_services: {grafana: {external_url: grafana}}", "external_services.grafana.external_url: \"grafana\" is not an address that begins with http:// or https://")]
    [InlineData("external_services: {grafana: {auth: {type: basic, password: \"secret:x:y\"}}}", "external_services.grafana.auth.password: a Secret cannot be read from here; write the value itself")]
    [InlineData("external_services: [1]", "external_services: [1] is not a map")]
    [InlineData("external_services: {tracing: {provider: zipkin}}", "external_services.tracing.provider: \"zipkin\" is not one of jaeger, tempo")]
    [InlineData("health_config: {rate: [{tolerance: [{code: \"(\"}]}]}", "health_config.rate[0].tolerance[0].code: \"(\" is not a regular expression of response codes")]
    [InlineData("health_config: {rate: [{namespace: \"[\"}]}", "health_config.rate[0].namespace: \"[\" is not a regular expression")]
    [InlineData("health_config: {compute: {duration: 0s}}", "health_config.compute.duration: \"0s\" is not a duration as in 90s or 5m")]
    [InlineData("kiali_feature_flags: {disabled_features: logs-tab}", "kiali_feature_flags.disabled_features: \"logs-tab\" is not a list")]
    [InlineData("kiali_feature_flags: {ui_defaults: {graph: {traffic: {tcp: all}}}}", "kiali_feature_flags.ui_defaults.graph.traffic.tcp: \"all\" is not one of none, received, sent, total")]
    [InlineData("external_services: {tracing: {custom_headers: {\"a b\": x}}}", "external_services.tracing.custom_headers.a b: \"x\" is not a header of one line whose name has letters, digits, - and _ only")]
    [InlineData("external_services: {tracing: {query_scope: [x]}}", "external_services.tracing.query_scope: [\"x\"] is not a map")]
    [InlineData("server: {port: 70000}", "server.port: 70000 is not a port")]
    public void What_is_wrong_is_told_with_its_place(string yaml, string message) =>
        Assert.Equal(message, Assert.Throws<SettingsException>(() => SettingsReader.Read(yaml)).Message);

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("- 1")]
    public void What_is_no_configuration_is_refused(string text) => Assert.Throws<SettingsException>(() => SettingsReader.Read(text));
}
