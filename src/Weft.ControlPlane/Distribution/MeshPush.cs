using Weft.ControlPlane.Generation.Secrets;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Distribution;

/// <summary>A snapshot as it goes out to proxies, with the version they acknowledge.</summary>
/// <param name="Shape">Equal in pushes whose snapshots differ in endpoints alone (<see cref="SnapshotShape"/>).</param>
/// <param name="Credentials">What gateways are sent as secrets; not part of the shape.</param>
public sealed record MeshPush(MeshSnapshot Snapshot, string Version, long Shape, CredentialStore Credentials)
{
    public static MeshPush None { get; } = new(MeshSnapshot.Empty, "", 0, CredentialStore.Empty);

    /// <summary>The push after this one.</summary>
    public MeshPush Next(MeshSnapshot snapshot, string version, CredentialStore? credentials = null) =>
        new(snapshot, version, IsReady && SnapshotShape.AreEqual(Snapshot, snapshot) ? Shape : Shape + 1, credentials ?? Credentials);

    /// <summary>False until the first snapshot of the whole mesh is there; proxies wait for it.</summary>
    public bool IsReady => Version.Length > 0;
}
