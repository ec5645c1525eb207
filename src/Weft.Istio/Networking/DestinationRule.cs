using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Networking;

/// <summary>Istio's DestinationRule: policy for traffic to a host after routing.</summary>
public sealed record DestinationRule : IKubeObject
{
    public string ApiVersion { get => field ?? "networking.istio.io/v1"; init; }

    public string Kind { get => field ?? "DestinationRule"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public DestinationRuleSpec Spec { get => field ?? new(); init; }
}

public sealed record DestinationRuleSpec
{
    public string Host { get => field ?? ""; init; }

    public TrafficPolicy? TrafficPolicy { get; init; }

    public ImmutableArray<Subset> Subsets { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ExportTo { get => field.OrEmpty(); init; }

    public WorkloadSelector? WorkloadSelector { get; init; }
}

/// <summary>Workloads by labels, as networking and security kinds carry it.</summary>
public sealed record WorkloadSelector
{
    public ImmutableDictionary<string, string> MatchLabels { get => field.OrEmpty(); init; }

    /// <summary>The older spelling of Sidecar, ServiceEntry and Gateway-like kinds.</summary>
    public ImmutableDictionary<string, string> Labels { get => field.OrEmpty(); init; }
}

public sealed record Subset
{
    public string Name { get => field ?? ""; init; }

    public ImmutableDictionary<string, string> Labels { get => field.OrEmpty(); init; }

    public TrafficPolicy? TrafficPolicy { get; init; }
}

public sealed record TrafficPolicy
{
    public LoadBalancerSettings? LoadBalancer { get; init; }

    public ConnectionPoolSettings? ConnectionPool { get; init; }

    public OutlierDetectionSettings? OutlierDetection { get; init; }

    public ClientTlsSettings? Tls { get; init; }

    public ImmutableArray<PortTrafficPolicy> PortLevelSettings { get => field.OrEmpty(); init; }

    public TunnelSettings? Tunnel { get; init; }

    public ProxyProtocolSettings? ProxyProtocol { get; init; }

    public RetryBudgetSettings? RetryBudget { get; init; }
}

/// <summary>Replaces the policy of its port as a whole.</summary>
public sealed record PortTrafficPolicy
{
    public PortSelector? Port { get; init; }

    public LoadBalancerSettings? LoadBalancer { get; init; }

    public ConnectionPoolSettings? ConnectionPool { get; init; }

    public OutlierDetectionSettings? OutlierDetection { get; init; }

    public ClientTlsSettings? Tls { get; init; }
}

/// <summary>Connections go through an HTTP proxy by CONNECT, the default, or POST.</summary>
public sealed record TunnelSettings
{
    public string? Protocol { get; init; }

    public string TargetHost { get => field ?? ""; init; }

    public int TargetPort { get; init; }
}

public sealed record ProxyProtocolSettings
{
    public string? Version { get; init; }
}

public sealed record RetryBudgetSettings
{
    public double? Percent { get; init; }

    public uint? MinRetryConcurrency { get; init; }
}

public sealed record LoadBalancerSettings
{
    public string? Simple { get; init; }

    public ConsistentHashSettings? ConsistentHash { get; init; }

    public LocalityLbSettings? LocalityLbSetting { get; init; }

    public WarmupSettings? Warmup { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? WarmupDurationSecs { get; init; }
}

public sealed record WarmupSettings
{
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Duration { get; init; }

    public double? MinimumPercent { get; init; }

    public double? Aggression { get; init; }
}

public sealed record ConsistentHashSettings
{
    public string? HttpHeaderName { get; init; }

    public HashCookie? HttpCookie { get; init; }

    public bool? UseSourceIp { get; init; }

    public string? HttpQueryParameterName { get; init; }

    public RingHashSettings? RingHash { get; init; }

    public MaglevSettings? Maglev { get; init; }

    public ulong? MinimumRingSize { get; init; }
}

public sealed record CookieAttribute
{
    public string Name { get => field ?? ""; init; }

    public string? Value { get; init; }
}

public sealed record HashCookie
{
    public ImmutableArray<CookieAttribute> Attributes { get => field.OrEmpty(); init; }

    public string Name { get => field ?? ""; init; }

    public string? Path { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Ttl { get; init; }
}

public sealed record RingHashSettings
{
    public ulong? MinimumRingSize { get; init; }
}

public sealed record MaglevSettings
{
    public ulong? TableSize { get; init; }
}

public sealed record LocalityLbSettings
{
    public bool? Enabled { get; init; }

    public ImmutableArray<LocalityDistribution> Distribute { get => field.OrEmpty(); init; }

    public ImmutableArray<LocalityFailover> Failover { get => field.OrEmpty(); init; }

    public ImmutableArray<string> FailoverPriority { get => field.OrEmpty(); init; }
}

public sealed record LocalityDistribution
{
    public string From { get => field ?? ""; init; }

    public ImmutableDictionary<string, uint> To { get => field.OrEmpty(); init; }
}

public sealed record LocalityFailover
{
    public string From { get => field ?? ""; init; }

    public string To { get => field ?? ""; init; }
}

public sealed record ConnectionPoolSettings
{
    public TcpSettings? Tcp { get; init; }

    public HttpSettings? Http { get; init; }
}

public sealed record TcpSettings
{
    public int MaxConnections { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ConnectTimeout { get; init; }

    public TcpKeepalive? TcpKeepalive { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? MaxConnectionDuration { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? IdleTimeout { get; init; }
}

public sealed record TcpKeepalive
{
    public uint Probes { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Time { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Interval { get; init; }
}

public sealed record HttpSettings
{
    public int Http1MaxPendingRequests { get; init; }

    public int Http2MaxRequests { get; init; }

    public int MaxRequestsPerConnection { get; init; }

    public int MaxRetries { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? IdleTimeout { get; init; }

    public string? H2UpgradePolicy { get; init; }

    public bool UseClientProtocol { get; init; }

    public int MaxConcurrentStreams { get; init; }
}

public sealed record OutlierDetectionSettings
{
    public uint? Consecutive5xxErrors { get; init; }

    public uint? ConsecutiveGatewayErrors { get; init; }

    public int ConsecutiveErrors { get; init; }

    public bool SplitExternalLocalOriginErrors { get; init; }

    public uint? ConsecutiveLocalOriginFailures { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Interval { get; init; }

    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? BaseEjectionTime { get; init; }

    public int MaxEjectionPercent { get; init; }

    public int MinHealthPercent { get; init; }
}

public sealed record ClientTlsSettings
{
    public string? Mode { get; init; }

    public string? ClientCertificate { get; init; }

    public string? PrivateKey { get; init; }

    public string? CaCertificates { get; init; }

    /// <summary>A file of revoked certificates.</summary>
    public string? CaCrl { get; init; }

    public string? CredentialName { get; init; }

    public ImmutableArray<string> SubjectAltNames { get => field.OrEmpty(); init; }

    public string? Sni { get; init; }

    public bool? InsecureSkipVerify { get; init; }

    /// <summary>How a credential begins that is a ConfigMap, as BackendTLSPolicies name them: everybody may have the roots in it.</summary>
    public const string ConfigMapScheme = "configmap://";

    /// <summary>A credential that is nowhere, of a policy whose roots cannot be had: what it protects is not called.</summary>
    public const string NoCredential = "invalid://";

    [JsonIgnore]
    public bool IsFromNowhere => CredentialName == NoCredential;

    [JsonIgnore]
    public bool IsFromConfigMap => CredentialName?.StartsWith(ConfigMapScheme, StringComparison.Ordinal) == true;

    /// <summary>Everything the mode needs is in files of the proxy: no credential to fetch, and for MUTUAL a certificate and its key.</summary>
    [JsonIgnore]
    public bool IsFromFiles =>
        string.IsNullOrEmpty(CredentialName) && (Mode != "MUTUAL" || !(string.IsNullOrEmpty(ClientCertificate) || string.IsNullOrEmpty(PrivateKey)));
}
