using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Injection;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Debug;

/// <summary>What the debug pages show.</summary>
internal sealed record DebugSources(
    AdsServer Discovery, SnapshotSource<MeshPush> Pushes, ControlPlaneDiagnostics Diagnostics, string ClusterId, InjectionSettings Injected, DateTimeOffset RootExpiry, TimeProvider Time)
{
    public DateTimeOffset StartedAt { get; } = Time.GetUtcNow();

    public MeshSnapshot Snapshot => Pushes.Current.Snapshot;

    /// <summary>What sidecars are told in the mesh as it is now.</summary>
    public InjectionSettings Injection => Injected with { Mesh = Snapshot.Mesh };

    /// <summary>The proxies, tools left out, in the order of their connections.</summary>
    public IEnumerable<ConnectedProxy> Proxies => Discovery.Connections.Where(connection => connection.IsProxy).OrderBy(connection => connection.ConnectionId, StringComparer.Ordinal);

    /// <summary>The newest connection of a proxy, by pod.namespace or a whole connection id; null when it is not connected.</summary>
    public ConnectedProxy? Proxy(string id) => Discovery.Connections
        .Where(connection => connection.Node.PodId == id || connection.ConnectionId == id)
        .MaxBy(connection => connection.ConnectedAt);
}
