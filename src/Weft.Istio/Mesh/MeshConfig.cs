using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Istio.Networking;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.Istio.Mesh;

/// <summary>Istio's mesh configuration with Istio's defaults for what is not said.</summary>
public sealed record MeshConfig
{
    /// <summary>The ConfigMap in the root namespace, and the key of it, that hold the mesh configuration.</summary>
    public const string ConfigMapName = "istio";
    public const string ConfigMapKey = "mesh";

    private static readonly ImmutableArray<ExtensionProvider> s_builtInProviders =
        [new() { Name = "prometheus", Prometheus = [] }, new() { Name = "envoy", EnvoyFileAccessLog = new() }];

    /// <summary>What applies where nothing is configured.</summary>
    public static MeshConfig Default { get; } = new();

    public string RootNamespace { get => field ?? "istio-system"; init; }

    public string TrustDomain { get => field ?? "cluster.local"; init; }

    public ImmutableArray<string> TrustDomainAliases { get => field.OrEmpty(); init; }

    public bool? EnableTracing { get; init; }

    public bool? EnableAutoMtls { get; init; }

    public bool? EnablePrometheusMerge { get; init; }

    /// <summary>Empty: no access log.</summary>
    public string AccessLogFile { get => field ?? ""; init; }

    public string AccessLogFormat { get => field ?? ""; init; }

    public string AccessLogEncoding { get => field ?? "TEXT"; init; }

    /// <summary>Access logs go to the service of each proxy's <c>envoyAccessLogService</c> too, where no Telemetry speaks of logs.</summary>
    public bool? EnableEnvoyAccessLogService { get; init; }

    /// <summary>Connections that no filter chain took are not logged.</summary>
    public bool? DisableEnvoyListenerLog { get; init; }

    public DefaultProviders DefaultProviders { get => field ?? new(); init; }

    public ImmutableArray<ExtensionProvider> ExtensionProviders { get => field.OrEmpty(); init; }

    /// <summary>ALLOW_ANY when absent.</summary>
    public OutboundTrafficPolicy? OutboundTrafficPolicy { get; init; }

    /// <summary>LOCALHOST leads inbound calls to the loopback address; PASSTHROUGH, also when absent, to the address that the caller used.</summary>
    public InboundTrafficPolicy? InboundTrafficPolicy { get; init; }

    /// <summary>How statistics of outbound clusters are called; empty: by the cluster's name.</summary>
    public string OutboundClusterStatName { get => field ?? ""; init; }

    /// <summary>How statistics of inbound clusters are called; empty: by the cluster's name.</summary>
    public string InboundClusterStatName { get => field ?? ""; init; }

    /// <summary>Where every sidecar serves as a proxy for HTTP, on loopback; 0 for nowhere.</summary>
    public int ProxyHttpPort { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ConnectTimeout { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ProtocolDetectionTimeout { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? DnsRefreshRate { get; init; }

    public TcpKeepalive? TcpKeepalive { get; init; }

    public LocalityLbSettings? LocalityLbSetting { get; init; }

    /// <summary>For mutual TLS between proxies.</summary>
    public MeshTlsSettings? MeshMTLS { get; init; }

    /// <summary>For TLS of Gateways and of DestinationRules (SIMPLE, MUTUAL) where these say nothing.</summary>
    public MeshTlsSettings? TlsDefaults { get; init; }

    public string? H2UpgradePolicy { get; init; }

    public HttpRetry? DefaultHttpRetryPolicy { get; init; }

    public PathNormalization? PathNormalization { get; init; }

    /// <summary>OFF, STRICT (the default: Ingresses of Istio's class only) or DEFAULT (those without a class too).</summary>
    public string IngressControllerMode { get => field ?? "STRICT"; init; }

    public string IngressClass { get => field ?? "istio"; init; }

    /// <summary>The value of the label <c>istio</c> of the proxies that serve Ingresses.</summary>
    public string IngressSelector { get => field ?? "ingressgateway"; init; }

    public ImmutableArray<string> DefaultServiceExportTo { get => field.OrEmpty(); init; }

    public ImmutableArray<string> DefaultVirtualServiceExportTo { get => field.OrEmpty(); init; }

    public ImmutableArray<string> DefaultDestinationRuleExportTo { get => field.OrEmpty(); init; }

    /// <summary>The proxies' configuration as written; the injector passes it on.</summary>
    public JsonObject? DefaultConfig { get; init; }

    /// <summary>Stands beside the mesh's configuration, in a key of its own.</summary>
    [JsonIgnore]
    public MeshNetworks Networks { get => field ?? MeshNetworks.None; init; }

    [JsonIgnore]
    public bool AutoMtls => EnableAutoMtls ?? true;

    [JsonIgnore]
    public bool Tracing => EnableTracing ?? true;

    [JsonIgnore]
    public bool AllowsAnyOutbound => OutboundTrafficPolicy?.AllowsAny ?? true;

    [JsonIgnore]
    public TimeSpan EffectiveConnectTimeout => ConnectTimeout ?? TimeSpan.FromSeconds(10);

    /// <summary>The provider of a name, stated or built in (prometheus; envoy, which logs to standard output); null when there is none.</summary>
    public ExtensionProvider? Provider(string name) =>
        ExtensionProviders.FirstOrDefault(provider => provider.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? s_builtInProviders.FirstOrDefault(provider => provider.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the parsed YAML of the ConfigMap's key. Throws JsonException when a field has another shape than Istio's.</summary>
    public static MeshConfig From(JsonNode? mesh) => mesh?.Deserialize(IstioJson.Options.TypeInfoOf<MeshConfig>()) ?? Default;

    /// <summary>Reads the text of the ConfigMap's key; the defaults for none. Throws YamlFormatException for what is no YAML, and what <see cref="From"/> throws.</summary>
    public static MeshConfig Read(string? text) => From(string.IsNullOrEmpty(text) || KubeYaml.Read(text) is not [var document, ..] ? null : document.Content);
}

public sealed record DefaultProviders
{
    public ImmutableArray<string> Metrics { get => field.OrEmpty(); init; }

    public ImmutableArray<string> AccessLogging { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Tracing { get => field.OrEmpty(); init; }
}

public sealed record MeshTlsSettings
{
    /// <summary>TLSV1_2 or TLSV1_3.</summary>
    public string? MinProtocolVersion { get; init; }

    /// <summary>Suites of TLS 1.2, by OpenSSL's names.</summary>
    public ImmutableArray<string> CipherSuites { get => field.OrEmpty(); init; }

    public ImmutableArray<string> EcdhCurves { get => field.OrEmpty(); init; }
}

public sealed record InboundTrafficPolicy
{
    public string? Mode { get; init; }

    public bool IsToLoopback => Mode == "LOCALHOST";
}

public sealed record PathNormalization
{
    public string? Normalization { get; init; }
}
