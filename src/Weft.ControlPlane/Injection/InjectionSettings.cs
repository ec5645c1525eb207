using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

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

    /// <summary>The mesh's configuration, whose defaultConfig is passed on unless something more specific overrides it.</summary>
    public MeshConfig Mesh { get; init; } = MeshConfig.Default;

    /// <summary>Those of all namespaces, oldest first.</summary>
    public ImmutableArray<ProxyConfig> ProxyConfigs { get; init; } = [];

    /// <summary>One scrape target per pod: the sidecar's merged metrics.</summary>
    public bool MergesPrometheus => Mesh.EnablePrometheusMerge ?? true;

    /// <summary>The application's probes go to the agent at port 15020, which asks the application beside it: the node has no certificate to ask it with.</summary>
    public bool RewritesProbes { get; init; } = true;

    public static InjectionSettings Default { get; } = new();
}

/// <summary>The namespace a pod is created in.</summary>
public sealed record InjectionNamespace(string Name, ImmutableDictionary<string, string> Labels);
