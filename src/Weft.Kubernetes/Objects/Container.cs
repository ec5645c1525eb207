using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>One container of a pod, or an init container.</summary>
public sealed record Container
{
    public string Name { get => field ?? ""; init; }

    public string? Image { get; init; }

    public ImmutableArray<string> Command { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Args { get => field.OrEmpty(); init; }

    public string? WorkingDir { get; init; }

    public ImmutableArray<ContainerPort> Ports { get => field.OrEmpty(); init; }

    public ImmutableArray<EnvFromSource> EnvFrom { get => field.OrEmpty(); init; }

    public ImmutableArray<EnvVar> Env { get => field.OrEmpty(); init; }

    public ResourceRequirements Resources { get => field ?? ResourceRequirements.None; init; }

    public JsonArray? ResizePolicy { get; init; }

    public string? RestartPolicy { get; init; }

    public ImmutableArray<VolumeMount> VolumeMounts { get => field.OrEmpty(); init; }

    public JsonArray? VolumeDevices { get; init; }

    public Probe? LivenessProbe { get; init; }

    public Probe? ReadinessProbe { get; init; }

    public Probe? StartupProbe { get; init; }

    public Lifecycle? Lifecycle { get; init; }

    public string? TerminationMessagePath { get; init; }

    public string? TerminationMessagePolicy { get; init; }

    public string? ImagePullPolicy { get; init; }

    public SecurityContext? SecurityContext { get; init; }

    public bool Stdin { get; init; }

    public bool StdinOnce { get; init; }

    public bool Tty { get; init; }
}

public sealed record ContainerPort
{
    public string? Name { get; init; }

    public int HostPort { get; init; }

    /// <summary>The field <c>containerPort</c> of the wire.</summary>
    [JsonPropertyName("containerPort")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }

    public string? Protocol { get; init; }

    public string? HostIP { get; init; }
}

public sealed record ResourceRequirements : IObjectPart
{
    internal static readonly ResourceRequirements None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableDictionary<string, Quantity> Limits { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, Quantity> Requests { get => field.OrEmpty(); init; }

    public JsonArray? Claims { get; init; }
}

public sealed record VolumeMount
{
    public string Name { get => field ?? ""; init; }

    public bool ReadOnly { get; init; }

    public string? RecursiveReadOnly { get; init; }

    public string MountPath { get => field ?? ""; init; }

    public string? SubPath { get; init; }

    public string? MountPropagation { get; init; }

    public string? SubPathExpr { get; init; }
}

public sealed record SecurityContext
{
    public Capabilities? Capabilities { get; init; }

    public bool? Privileged { get; init; }

    public JsonObject? SeLinuxOptions { get; init; }

    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public bool? RunAsNonRoot { get; init; }

    public bool? ReadOnlyRootFilesystem { get; init; }

    public bool? AllowPrivilegeEscalation { get; init; }

    public string? ProcMount { get; init; }

    public SeccompProfile? SeccompProfile { get; init; }
}

public sealed record Capabilities
{
    public ImmutableArray<string> Add { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Drop { get => field.OrEmpty(); init; }
}
