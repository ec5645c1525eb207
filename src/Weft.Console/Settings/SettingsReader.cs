using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Console.Health;
using Weft.Kubernetes.Yaml;

namespace Weft.Console.Settings;

/// <summary>Reads a configuration file of Kiali's. Fields that this console has no part for are passed over, as Kiali passes over what it does not know.</summary>
public static class SettingsReader
{
    /// <summary>Secrets of Kiali's are files elsewhere (<c>secret:NAME:KEY</c>): nothing here can read them.</summary>
    private const string SecretPrefix = "secret:";

    /// <exception cref="SettingsException">The text is not a configuration; names the field.</exception>
    public static ConsoleSettings Read(string yaml)
    {
        var root = new SettingsNode(Document(yaml), "");
        // A Kiali resource has the configuration as its spec.
        root = root.Content is JsonObject && root["kind"].Content?.ToString() == "Kiali" ? root["spec"] : root;
        var services = root["external_services"];
        return new ConsoleSettings
        {
            InstallationTag = root["installation_tag"].Text(""),
            AuthStrategy = root["auth"]["strategy"].Text("") is { Length: > 0 } strategy ? strategy : null,
            ClusterName = root["kubernetes_config"]["cluster_name"].Text("") is { Length: > 0 } cluster ? cluster : null,
            Extensions = root["extensions"].List(one => new ExtensionSettings(one["name"].Text(""), one["enabled"].Flag(false))) ?? [],
            Prometheus = services["prometheus"]["url"].Address(),
            PrometheusHeaders = Headers(services["prometheus"]),
            Tracing = Tracing(services["tracing"]),
            Grafana = Links(services["grafana"], "url", "in_cluster_url"),
            Perses = Links(services["perses"], "external_url", "internal_url"),
            Health = Health(root["health_config"]),
            Features = Features(root["kiali_feature_flags"]),
            Server = new ServerSettings
            {
                Address = root["server"]["address"].Text(""),
                Port = root["server"]["port"].Content is null ? null : root["server"]["port"].Number(0) is var port and >= 1 and <= 65535 ? (int)port : throw root["server"]["port"].Wrong("a port"),
                ViewOnly = root["deployment"]["view_only_mode"].Flag(false),
            },
        };
    }

    private static JsonNode? Document(string yaml)
    {
        try
        {
            var documents = KubeYaml.Read(yaml).Where(document => document.Content is not null).ToList();
            return documents.Count > 1 ? throw new SettingsException("", "there is more than one document") : documents.FirstOrDefault()?.Content;
        }
        catch (YamlFormatException failure)
        {
            throw new SettingsException("", failure.Message, failure);
        }
    }

    private static TracingSettings Tracing(SettingsNode node)
    {
        var otherwise = new TracingSettings();
        return new TracingSettings
        {
            Enabled = node["enabled"].Flag(false),
            Provider = node["provider"].Word(otherwise.Provider, "jaeger", "tempo"),
            InternalUrl = node["internal_url"].Address(),
            ExternalUrl = node["external_url"].Address(),
            NamespaceSelector = node["namespace_selector"].Flag(otherwise.NamespaceSelector),
            WhiteListIstioSystem = node["whitelist_istio_system"].List(one => one.Text("")) ?? otherwise.WhiteListIstioSystem,
            Headers = Headers(node),
            QueryScope = node["query_scope"].Texts(),
        };
    }

    /// <summary>The older names of addresses hold where the newer ones say nothing.</summary>
    private static LinkSettings Links(SettingsNode node, string external, string @internal) => new()
    {
        Enabled = node["enabled"].Flag(false),
        ExternalUrl = node["external_url"].Address() ?? node[external].Address(),
        InternalUrl = node["internal_url"].Address() ?? node[@internal].Address(),
        Dashboards = node["dashboards"].List(Dashboard) ?? DefaultDashboards,
        Project = node["project"].Text("istio"),
        Authorization = Authorization(node["auth"]),
    };

    /// <summary>Those that Istio brings.</summary>
    private static ImmutableArray<DashboardLinkSettings> DefaultDashboards { get; } =
    [
        new("Istio Service Dashboard") { Datasource = "var-datasource", Namespace = "var-namespace", Service = "var-service", Version = "var-version" },
        new("Istio Workload Dashboard") { Datasource = "var-datasource", Namespace = "var-namespace", Workload = "var-workload", Version = "var-version" },
        new("Istio Mesh Dashboard"),
        new("Istio Control Plane Dashboard"),
        new("Istio Performance Dashboard"),
        new("Istio Wasm Extension Dashboard"),
    ];

    private static DashboardLinkSettings Dashboard(SettingsNode node)
    {
        var variables = node["variables"];
        return new DashboardLinkSettings(node["name"].Text("") is { Length: > 0 } name ? name : throw node["name"].Wrong("a name"))
        {
            App = variables["app"].Text(""),
            Datasource = variables["datasource"].Text(""),
            Namespace = variables["namespace"].Text(""),
            Service = variables["service"].Text(""),
            Version = variables["version"].Text(""),
            Workload = variables["workload"].Text(""),
        };
    }

    private static ImmutableArray<KeyValuePair<string, string>> Headers(SettingsNode node)
    {
        var headers = node["custom_headers"].Texts();
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || value.Any(char.IsControl))
            {
                throw node["custom_headers"][name].Wrong("a header of one line whose name has letters, digits, - and _ only");
            }
        }

        return Authorization(node["auth"]) is { Length: > 0 } authorization ? headers.Add(new("Authorization", authorization)) : headers;
    }

    private static string Authorization(SettingsNode node) => node["type"].Word("none", "none", "basic", "bearer") switch
    {
        "basic" => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Plain(node["username"])}:{Plain(node["password"])}")),
        "bearer" => $"Bearer {Plain(node["token"])}",
        _ => "",
    };

    private static string Plain(SettingsNode node)
    {
        var text = node.Text("");
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal) ? throw new SettingsException(node.Path, "a Secret cannot be read from here; write the value itself") : text;
    }

    private static FeatureSettings Features(SettingsNode node)
    {
        var otherwise = new FeatureSettings();
        return new FeatureSettings
        {
            DisabledFeatures = node["disabled_features"].List(one => one.Text("")) ?? [],
            IstioAnnotationAction = node["istio_annotation_action"].Flag(otherwise.IstioAnnotationAction),
            IstioInjectionAction = node["istio_injection_action"].Flag(otherwise.IstioInjectionAction),
            IstioUpgradeAction = node["istio_upgrade_action"].Flag(otherwise.IstioUpgradeAction),
            UiDefaults = UiDefaultsReader.Read(node["ui_defaults"]),
            IgnoredValidations = node["validations"]["ignore"].List(one => one.Text("")) ?? otherwise.IgnoredValidations,
            SkipWildcardGatewayHosts = node["validations"]["skip_wildcard_gateway_hosts"].Flag(otherwise.SkipWildcardGatewayHosts),
        };
    }

    private static HealthConfig Health(SettingsNode node)
    {
        var compute = new HealthCompute();
        return new HealthConfig
        {
            // Kiali's own tolerances come last, for what no configured rate is about.
            Rates = [.. node["rate"].List(Rate) ?? [], new HealthRate()],
            Compute = new HealthCompute
            {
                Duration = node["compute"]["duration"].Duration(compute.Duration),
                RefreshInterval = node["compute"]["refresh_interval"].Duration(compute.RefreshInterval),
                Timeout = node["compute"]["timeout"].Duration(compute.Timeout),
            },
        };
    }

    private static HealthRate Rate(SettingsNode node) => new()
    {
        Namespace = Pattern(node["namespace"]),
        Kind = Pattern(node["kind"]),
        Name = Pattern(node["name"]),
        Tolerances = node["tolerance"].List(Tolerance) ?? [],
    };

    private static HealthTolerance Tolerance(SettingsNode node)
    {
        var tolerance = new HealthTolerance(
            node["code"].Text(""), node["degraded"].Number(0), node["failure"].Number(0), Pattern(node["protocol"]), Pattern(node["direction"]));
        return tolerance.Code.Length > 0 && HealthRules.IsPattern(tolerance.Code) ? tolerance : throw node["code"].Wrong("a regular expression of response codes");
    }

    private static string Pattern(SettingsNode node) =>
        node.Text("") is not { Length: > 0 } text ? ".*" : HealthRules.IsPattern(text) ? text : throw node.Wrong("a regular expression");
}
