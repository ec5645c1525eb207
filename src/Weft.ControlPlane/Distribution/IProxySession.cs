using Weft.ControlPlane.Generation;

namespace Weft.ControlPlane.Distribution;

/// <summary>One proxy's connection without the wire, as others may look at it while its loop runs.</summary>
internal interface IProxySession
{
    ProxyNode Node { get; }

    /// <summary>May be read from anywhere.</summary>
    SyncStatus Status { get; }

    /// <summary>The view the last responses were made from; null before the first push.</summary>
    ProxyView? View { get; }
}

/// <summary>A discovery protocol with one proxy: requests and pushes in, responses out. One caller at a time, the connection's loop.</summary>
internal interface IProxySession<in TRequest, out TResponse> : IProxySession
{
    /// <summary>What a request means, and the answers to it; none when it only acknowledges or refuses.</summary>
    RequestOutcome Request(TRequest request, Action<TResponse> answer);

    /// <summary>What has changed for this proxy, in the order in which it must be sent.</summary>
    IEnumerable<TResponse> Push(MeshPush push);
}
