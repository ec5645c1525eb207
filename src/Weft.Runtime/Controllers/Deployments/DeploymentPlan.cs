using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.Deployments;

/// <summary>What to do for a Deployment now. Applied in the order of the members; what failed is planned again from what is then there.</summary>
internal sealed record DeploymentPlan
{
    /// <summary>A ReplicaSet to create: the one of the present template.</summary>
    public ReplicaSet? Create { get; init; }

    /// <summary>ReplicaSets with another size or other annotations than they have.</summary>
    public ImmutableArray<ReplicaSet> Replace { get; init; } = [];

    /// <summary>ReplicaSets beyond the revision history limit.</summary>
    public ImmutableArray<ReplicaSet> Delete { get; init; } = [];

    /// <summary>The revision that the Deployment's annotation has to show; null when there is nothing to change.</summary>
    public string? Revision { get; init; }

    /// <summary>The status as it has to be; null when the present one is right.</summary>
    public DeploymentStatus? Status { get; init; }

    public ImmutableArray<EventDraft> Events { get; init; } = [];

    /// <summary>When to look again though nothing has changed: the progress deadline.</summary>
    public TimeSpan? LookAgainAfter { get; init; }
}
