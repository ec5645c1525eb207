using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Objects;

/// <summary>What a pod is asked to be.</summary>
public sealed record PodSpec : IObjectPart
{
    internal static readonly PodSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableArray<Volume> Volumes { get => field.OrEmpty(); init; }

    public ImmutableArray<Container> InitContainers { get => field.OrEmpty(); init; }

    public ImmutableArray<Container> Containers { get => field.OrEmpty(); init; }

    public JsonArray? EphemeralContainers { get; init; }

    public string? RestartPolicy { get; init; }

    public long? TerminationGracePeriodSeconds { get; init; }

    public long? ActiveDeadlineSeconds { get; init; }

    public string? DnsPolicy { get; init; }

    public ImmutableDictionary<string, string> NodeSelector { get => field.OrEmpty(); init; }

    public string? ServiceAccountName { get; init; }

    public string? ServiceAccount { get; init; }

    public bool? AutomountServiceAccountToken { get; init; }

    public string? NodeName { get; init; }

    public bool HostNetwork { get; init; }

    public bool HostPID { get; init; }

    public bool HostIPC { get; init; }

    public bool? ShareProcessNamespace { get; init; }

    public PodSecurityContext? SecurityContext { get; init; }

    public ImmutableArray<LocalObjectReference> ImagePullSecrets { get => field.OrEmpty(); init; }

    public string? Hostname { get; init; }

    public string? Subdomain { get; init; }

    public JsonObject? Affinity { get; init; }

    public string? SchedulerName { get; init; }

    public ImmutableArray<Toleration> Tolerations { get => field.OrEmpty(); init; }

    public ImmutableArray<HostAlias> HostAliases { get => field.OrEmpty(); init; }

    public string? PriorityClassName { get; init; }

    public int? Priority { get; init; }

    public JsonObject? DnsConfig { get; init; }

    public ImmutableArray<PodReadinessGate> ReadinessGates { get => field.OrEmpty(); init; }

    public string? RuntimeClassName { get; init; }

    public bool? EnableServiceLinks { get; init; }

    public string? PreemptionPolicy { get; init; }

    public ImmutableDictionary<string, Quantity> Overhead { get => field.OrEmpty(); init; }

    public JsonArray? TopologySpreadConstraints { get; init; }

    public bool? SetHostnameAsFQDN { get; init; }

    public JsonObject? Os { get; init; }

    public bool? HostUsers { get; init; }

    public ImmutableArray<PodSchedulingGate> SchedulingGates { get => field.OrEmpty(); init; }
}

public sealed record Toleration
{
    public string? Key { get; init; }

    public string? Operator { get; init; }

    public string? Value { get; init; }

    public string? Effect { get; init; }

    public long? TolerationSeconds { get; init; }
}

public sealed record HostAlias
{
    public string Ip { get => field ?? ""; init; }

    public ImmutableArray<string> Hostnames { get => field.OrEmpty(); init; }
}

public sealed record PodReadinessGate
{
    public string ConditionType { get => field ?? ""; init; }
}

public sealed record PodSchedulingGate
{
    public string Name { get => field ?? ""; init; }
}

public sealed record PodSecurityContext
{
    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public bool? RunAsNonRoot { get; init; }

    public ImmutableArray<long> SupplementalGroups { get => field.OrEmpty(); init; }

    public long? FsGroup { get; init; }

    public string? FsGroupChangePolicy { get; init; }

    public ImmutableArray<Sysctl> Sysctls { get => field.OrEmpty(); init; }

    public SeccompProfile? SeccompProfile { get; init; }

    public JsonObject? SeLinuxOptions { get; init; }
}

public sealed record Sysctl
{
    public string Name { get => field ?? ""; init; }

    public string Value { get => field ?? ""; init; }
}

public sealed record SeccompProfile
{
    public string Type { get => field ?? ""; init; }

    public string? LocalhostProfile { get; init; }
}
