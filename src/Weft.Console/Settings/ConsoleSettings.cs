using System.Collections.Immutable;
using Weft.Console.Health;

namespace Weft.Console.Settings;

/// <summary>
/// What a console follows of Kiali's configuration (the file <c>config.yaml</c> of its ConfigMap, or the <c>spec</c> of a Kiali resource), under Kiali's names.
/// <see cref="SettingsReader"/> reads it; the default is what Kiali has when nothing is configured, except that no other service is looked for.
/// </summary>
public sealed record ConsoleSettings
{
    public static ConsoleSettings Default { get; } = new();

    /// <summary>Shown in the title of the console.</summary>
    public string InstallationTag { get; init; } = "";

    /// <summary><c>auth.strategy</c>; null where nothing is said.</summary>
    public string? AuthStrategy { get; init; }

    /// <summary><c>kubernetes_config.cluster_name</c>; null where nothing is said.</summary>
    public string? ClusterName { get; init; }

    public ImmutableArray<ExtensionSettings> Extensions { get; init; } = [];

    /// <summary><c>external_services.prometheus.url</c>.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary><c>external_services.prometheus.custom_headers</c>, and <c>auth</c> as <c>Authorization</c>.</summary>
    public ImmutableArray<KeyValuePair<string, string>> PrometheusHeaders { get; init; } = [];

    public TracingSettings Tracing { get; init; } = new();

    public LinkSettings Grafana { get; init; } = new();

    public LinkSettings Perses { get; init; } = new();

    public HealthConfig Health { get; init; } = HealthConfig.Default;

    public FeatureSettings Features { get; init; } = new();

    public ServerSettings Server { get; init; } = new();
}

/// <summary>An extension whose traffic the graph shows.</summary>
public sealed record ExtensionSettings(string Name, bool Enabled);

/// <summary><c>external_services.tracing</c>.</summary>
public sealed record TracingSettings
{
    public bool Enabled { get; init; }

    /// <summary><c>jaeger</c> or <c>tempo</c>.</summary>
    public string Provider { get; init; } = "jaeger";

    public Uri? InternalUrl { get; init; }

    public Uri? ExternalUrl { get; init; }

    public bool NamespaceSelector { get; init; } = true;

    public ImmutableArray<string> WhiteListIstioSystem { get; init; } = ["jaeger-query", "istio-ingressgateway"];

    /// <summary><c>custom_headers</c> (of a Tempo of several tenants <c>X-Scope-OrgID</c>), and <c>auth</c> as <c>Authorization</c>.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary><c>query_scope</c>: tags that every search has beside its own.</summary>
    public ImmutableArray<KeyValuePair<string, string>> QueryScope { get; init; } = [];
}

/// <summary><c>external_services.grafana</c> and <c>.perses</c>: dashboards elsewhere, to which pages lead.</summary>
public sealed record LinkSettings
{
    public bool Enabled { get; init; }

    /// <summary>Where a browser finds it.</summary>
    public Uri? ExternalUrl { get; init; }

    /// <summary>Where this process asks it; null: at <see cref="ExternalUrl"/>.</summary>
    public Uri? InternalUrl { get; init; }

    public ImmutableArray<DashboardLinkSettings> Dashboards { get; init; } = [];

    /// <summary>Of Perses.</summary>
    public string Project { get; init; } = "istio";

    /// <summary>Sent as <c>Authorization</c>; empty: nothing.</summary>
    public string Authorization { get; init; } = "";
}

/// <summary>A dashboard, and under which parameter of its address it takes what.</summary>
public sealed record DashboardLinkSettings(string Name)
{
    public string App { get; init; } = "";

    public string Datasource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Service { get; init; } = "";

    public string Version { get; init; } = "";

    public string Workload { get; init; } = "";
}

/// <summary><c>kiali_feature_flags</c>.</summary>
public sealed record FeatureSettings
{
    /// <summary>The feature <c>logs-tab</c>: nobody reads logs.</summary>
    public const string LogsTab = "logs-tab";

    public ImmutableArray<string> DisabledFeatures { get; init; } = [];

    public bool IstioAnnotationAction { get; init; } = true;

    public bool IstioInjectionAction { get; init; } = true;

    public bool IstioUpgradeAction { get; init; }

    public UiDefaults UiDefaults { get; init; } = new();

    public ImmutableArray<string> IgnoredValidations { get; init; } = ["KIA1301"];

    public bool SkipWildcardGatewayHosts { get; init; }
}

/// <summary><c>server</c> and <c>deployment</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>Empty: nothing is said.</summary>
    public string Address { get; init; } = "";

    /// <summary>Null: nothing is said.</summary>
    public int? Port { get; init; }

    /// <summary><c>deployment.view_only_mode</c>.</summary>
    public bool ViewOnly { get; init; }
}
