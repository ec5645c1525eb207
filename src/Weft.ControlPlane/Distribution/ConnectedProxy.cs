using Weft.ControlPlane.Generation;

namespace Weft.ControlPlane.Distribution;

/// <summary>A proxy with an open stream.</summary>
public sealed class ConnectedProxy
{
    private readonly IProxySession _session;

    internal ConnectedProxy(string connectionId, IProxySession session, Envoy.Config.Core.V3.Node introduction, DateTimeOffset connectedAt, string address)
    {
        ConnectionId = connectionId;
        _session = session;
        Introduction = introduction;
        ConnectedAt = connectedAt;
        Address = address;
    }

    public string ConnectionId { get; }

    /// <summary>The node as it described itself.</summary>
    public Envoy.Config.Core.V3.Node Introduction { get; }

    /// <summary>A proxy of the mesh, not a tool that asks over discovery.</summary>
    public bool IsProxy => Node.ProxyConfig is not null || Status.Types.Keys.Any(type => type.StartsWith("type.googleapis.com/", StringComparison.Ordinal));

    public DateTimeOffset ConnectedAt { get; }

    public string Address { get; }

    public ProxyNode Node => _session.Node;

    public SyncStatus Status => _session.Status;

    /// <summary>The mesh as it sees it; null before its first response.</summary>
    public ProxyView? View => _session.View;
}
