using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Distribution;

/// <summary>A snapshot as it goes out to proxies, with the version they acknowledge.</summary>
public sealed record MeshPush(MeshSnapshot Snapshot, string Version)
{
    public static MeshPush None { get; } = new(MeshSnapshot.Empty, "");

    /// <summary>False until the first snapshot of the whole mesh is there; proxies wait for it.</summary>
    public bool IsReady => Version.Length > 0;
}
