using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Service.</summary>
public sealed record Service : IKubeObject
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "Service"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public ServiceSpec Spec { get => field ?? ServiceSpec.None; init; }

    public ServiceStatus Status { get => field ?? ServiceStatus.None; init; }
}

public sealed record ServiceSpec : IObjectPart
{
    internal static readonly ServiceSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableArray<ServicePort> Ports { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, string> Selector { get => field.OrEmpty(); init; }

    public string? ClusterIP { get; init; }

    public ImmutableArray<string> ClusterIPs { get => field.OrEmpty(); init; }

    public string? Type { get; init; }

    public ImmutableArray<string> ExternalIPs { get => field.OrEmpty(); init; }

    public string? SessionAffinity { get; init; }

    public string? LoadBalancerIP { get; init; }

    public ImmutableArray<string> LoadBalancerSourceRanges { get => field.OrEmpty(); init; }

    public string? ExternalName { get; init; }

    public string? ExternalTrafficPolicy { get; init; }

    public int HealthCheckNodePort { get; init; }

    public bool PublishNotReadyAddresses { get; init; }

    public JsonObject? SessionAffinityConfig { get; init; }

    public ImmutableArray<string> IpFamilies { get => field.OrEmpty(); init; }

    public string? IpFamilyPolicy { get; init; }

    public bool? AllocateLoadBalancerNodePorts { get; init; }

    public string? LoadBalancerClass { get; init; }

    public string? InternalTrafficPolicy { get; init; }

    public string? TrafficDistribution { get; init; }
}

public sealed record ServicePort
{
    public string? Name { get; init; }

    public string? Protocol { get; init; }

    public string? AppProtocol { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }

    public IntOrString? TargetPort { get; init; }

    public int NodePort { get; init; }
}

public sealed record ServiceStatus : IObjectPart
{
    internal static readonly ServiceStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public LoadBalancerStatus? LoadBalancer { get; init; }

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }
}

public sealed record LoadBalancerStatus
{
    public ImmutableArray<LoadBalancerIngress> Ingress { get => field.OrEmpty(); init; }
}

public sealed record LoadBalancerIngress
{
    public string? Ip { get; init; }

    public string? Hostname { get; init; }

    public string? IpMode { get; init; }

    public JsonArray? Ports { get; init; }
}
