using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.GatewayDeployment;
using Weft.Kubernetes.Client;

namespace Weft.ControlPlane;

/// <summary>Where a control plane listens and which cluster it serves.</summary>
public sealed record ControlPlaneOptions
{
    public const string DefaultRevision = "default";

    /// <summary>Stays the caller's.</summary>
    public required KubeClient Client { get; init; }

    /// <summary>Discovery without TLS and without authentication (Istio's 15010): loopback only.</summary>
    public ImmutableArray<IPEndPoint> PlaintextEndpoints { get; init; } = [];

    /// <summary>Discovery and certificates over TLS (15012).</summary>
    public ImmutableArray<IPEndPoint> SecureEndpoints { get; init; } = [];

    /// <summary>Version, readiness, metrics and debug pages over HTTP (15014).</summary>
    public ImmutableArray<IPEndPoint> DebugEndpoints { get; init; } = [];

    public string TrustDomain { get; init; } = "cluster.local";

    public string ClusterId { get; init; } = "Kubernetes";

    public string RootNamespace { get; init; } = "istio-system";

    public string Revision { get; init; } = DefaultRevision;

    /// <summary>The name of this instance, as istiod's pod name.</summary>
    public string InstanceName { get; init; } = "istiod";

    /// <summary>Further names or addresses that the serving certificate is good for, besides Istio's.</summary>
    public ImmutableArray<string> ServerNames { get; init; } = [];

    /// <summary>Ask the cluster whether a proxy's service account may list the secrets of its namespace; without, gateways may have those of their own.</summary>
    public bool ReviewsSecretAccess { get; init; }

    /// <summary>How Gateways of the Gateway API are deployed.</summary>
    public GatewayDeploymentOptions GatewayDeployment { get; init; } = new();

    /// <summary>A burst of changes is over after this long without one.</summary>
    public TimeSpan DebounceQuiet { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Changes are never held back longer.</summary>
    public TimeSpan DebounceLongest { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public required ILoggerFactory LoggerFactory { get; init; }
}
