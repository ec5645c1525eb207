using System.Collections.Immutable;
using Weft.Istio.Mesh;

namespace Weft.ControlPlane.Injection;

/// <summary>What the injected sidecar is told about its mesh.</summary>
public sealed record InjectionSettings
{
    public string Image { get; init; } = "docker.io/istio/proxyv2:1.30.1";

    public string Revision { get; init; } = InjectionDecision.DefaultRevision;

    public string TrustDomain { get; init; } = "cluster.local";

    public string MeshId { get; init; } = "cluster.local";

    public string ClusterId { get; init; } = "Kubernetes";

    public string RootNamespace { get; init; } = "istio-system";

    /// <summary>Where the proxy finds discovery and certificates.</summary>
    public string DiscoveryAddress => $"istiod.{RootNamespace}.svc:15012";

    /// <summary>One scrape target per pod: the sidecar's merged metrics.</summary>
    public bool MergesPrometheus { get; init; } = true;

    /// <summary>
    /// The application's probes go to the agent, which must answer /app-health at port 15020. Off where the node reaches applications itself, as the embedded one does.
    /// </summary>
    public bool RewritesProbes { get; init; }

    /// <summary>The mesh's ProxyConfig as JSON, passed on unless a pod overrides it.</summary>
    public string ProxyConfig { get; init; } = "{}";

    public static InjectionSettings Default { get; } = new();
}

/// <summary>The namespace a pod is created in.</summary>
public sealed record InjectionNamespace(string Name, ImmutableDictionary<string, string> Labels);
