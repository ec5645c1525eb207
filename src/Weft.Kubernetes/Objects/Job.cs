using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Objects;

/// <summary>A Kubernetes Job.</summary>
public sealed record Job : IKubeObject
{
    public string ApiVersion { get => field ?? "batch/v1"; init; }

    public string Kind { get => field ?? "Job"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public JobSpec Spec { get => field ?? JobSpec.None; init; }

    public JobStatus Status { get => field ?? JobStatus.None; init; }
}

public sealed record JobSpec : IObjectPart
{
    internal static readonly JobSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public int? Parallelism { get; init; }

    public int? Completions { get; init; }

    public long? ActiveDeadlineSeconds { get; init; }

    public JsonObject? PodFailurePolicy { get; init; }

    public JsonObject? SuccessPolicy { get; init; }

    public int? BackoffLimit { get; init; }

    public int? BackoffLimitPerIndex { get; init; }

    public int? MaxFailedIndexes { get; init; }

    public LabelSelector? Selector { get; init; }

    public bool? ManualSelector { get; init; }

    public PodTemplateSpec Template { get => field ?? PodTemplateSpec.None; init; }

    public int? TtlSecondsAfterFinished { get; init; }

    public string? CompletionMode { get; init; }

    public bool? Suspend { get; init; }

    public string? PodReplacementPolicy { get; init; }

    public string? ManagedBy { get; init; }
}

public sealed record JobStatus : IObjectPart
{
    internal static readonly JobStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableArray<Condition> Conditions { get => field.OrEmpty(); init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? CompletionTime { get; init; }

    public int Active { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public int? Terminating { get; init; }

    public string? CompletedIndexes { get; init; }

    public string? FailedIndexes { get; init; }

    public JsonObject? UncountedTerminatedPods { get; init; }

    public int? Ready { get; init; }
}
