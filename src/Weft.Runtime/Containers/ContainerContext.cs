using System.Collections.Immutable;
using Weft.Kubernetes.Objects;
using Weft.Runtime.Network;

namespace Weft.Runtime.Containers;

/// <summary>All that a launcher may know about the run it starts. Immutable; made anew for every restart.</summary>
public sealed record ContainerContext
{
    /// <summary>The pod as it was when this run began; <c>status.podIP</c> may still be absent, use <see cref="Network"/>.</summary>
    public required Pod Pod { get; init; }

    public required Container Container { get; init; }

    /// <summary>
    /// The container's environment with every reference resolved (env, envFrom, secretKeyRef, configMapKeyRef, fieldRef) and
    /// the service variables that Kubernetes adds. Nothing of Weft's own process environment.
    /// </summary>
    public required ImmutableDictionary<string, string> Environment { get; init; }

    /// <summary>The container's <c>command</c> with <c>$(VAR)</c> expanded; empty when the image's own is meant.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The container's <c>args</c> with <c>$(VAR)</c> expanded.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    public required PodNetwork Network { get; init; }

    /// <summary>Where the container's stdout and stderr lines go.</summary>
    public required IContainerLog Log { get; init; }

    /// <summary>Issues tokens of the pod's ServiceAccount.</summary>
    public required ServiceAccountTokenProvider Tokens { get; init; }

    /// <summary>How often the container was started before this run.</summary>
    public int RestartCount { get; init; }
}

/// <summary>Gives a valid token of the pod's ServiceAccount, bound to the pod, for one audience. Caches and renews by itself.</summary>
public delegate ValueTask<string> ServiceAccountTokenProvider(string audience, CancellationToken cancellationToken);
