using Weft.ControlPlane.Generation;

namespace Weft.ControlPlane.Distribution;

/// <summary>A proxy with an open stream.</summary>
public sealed class ConnectedProxy
{
    private readonly IProxySession _session;

    internal ConnectedProxy(string connectionId, IProxySession session, DateTimeOffset connectedAt, string address)
    {
        ConnectionId = connectionId;
        _session = session;
        ConnectedAt = connectedAt;
        Address = address;
    }

    public string ConnectionId { get; }

    public DateTimeOffset ConnectedAt { get; }

    public string Address { get; }

    public ProxyNode Node => _session.Node;

    public SyncStatus Status => _session.Status;

    /// <summary>The mesh as it sees it; null before its first response.</summary>
    public ProxyView? View => _session.View;
}
