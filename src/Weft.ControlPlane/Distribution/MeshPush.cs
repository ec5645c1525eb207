using Weft.ControlPlane.Generation.Secrets;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Distribution;

/// <summary>A snapshot as it goes out to proxies, with the version they acknowledge.</summary>
/// <param name="Shape">Equal in pushes whose snapshots differ in endpoints alone (<see cref="SnapshotShape"/>).</param>
/// <param name="Credentials">What gateways are sent as secrets; not part of the shape.</param>
public sealed record MeshPush(MeshSnapshot Snapshot, string Version, long Shape, CredentialStore Credentials)
{
    public static MeshPush None { get; } = new(MeshSnapshot.Empty, "", 0, CredentialStore.Empty);

    /// <summary>The configuration that this one followed; null for the first.</summary>
    public EndedConfiguration? Before { get; private init; }

    /// <summary>The push after this one.</summary>
    /// <param name="at">When it goes out.</param>
    public MeshPush Next(MeshSnapshot snapshot, string version, CredentialStore? credentials = null, DateTimeOffset at = default)
    {
        var isSame = IsReady && SnapshotShape.AreEqual(Snapshot, snapshot);
        return new MeshPush(snapshot, version, isSame ? Shape : Shape + 1, credentials ?? Credentials)
        {
            Before = isSame ? Before : IsReady ? new EndedConfiguration(Snapshot.Objects, at) : null,
        };
    }

    /// <summary>False until the first snapshot of the whole mesh is there; proxies wait for it.</summary>
    public bool IsReady => Version.Length > 0;
}

/// <summary>A configuration that another took the place of.</summary>
/// <param name="Objects">What it was made of when it ended.</param>
public sealed record EndedConfiguration(MeshObjects Objects, DateTimeOffset At);
