using Weft.ControlPlane.Generation;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>The resources of one proxy as snapshots follow one another; what a new one cannot have changed is kept.</summary>
/// <param name="mayHaveSecrets">See <see cref="SecretAccess"/>.</param>
internal sealed class SessionResources(ProxyNode node, bool mayHaveSecrets)
{
    /// <summary>Make before break: clusters and their endpoints come before the listeners and routes that name them.</summary>
    public static readonly string[] PushOrder =
        [TypeUrls.Cluster, TypeUrls.Endpoint, TypeUrls.Listener, TypeUrls.Route, TypeUrls.Secret, TypeUrls.ExtensionConfig, TypeUrls.NameTable];

    private MeshPush _push = MeshPush.None;

    public ProxyNode Node { get; } = node;

    /// <summary>Null before the first snapshot.</summary>
    public ProxyResources? Current { get; private set; }

    public string Version => _push.Version;

    public void Take(MeshPush push)
    {
        var credentials = mayHaveSecrets ? push.Credentials : push.Credentials.Public;
        Current = Current is { } known && _push.Shape == push.Shape
            ? known.WithEndpointsOf(push.Snapshot, credentials)
            : new ProxyResources(new ProxyView(push.Snapshot, Node), credentials);
        _push = push;
    }
}
