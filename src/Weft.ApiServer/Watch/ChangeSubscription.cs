using System.Threading.Channels;

namespace Weft.ApiServer.Watch;

/// <summary>All committed changes of interest from the moment of subscribing on, of all resources, for one reader within the server. Nothing is dropped. Disposing it ends the subscription.</summary>
internal sealed class ChangeSubscription(Func<WatchEvent, bool> interest, Action<ChangeSubscription> leave) : IDisposable
{
    private readonly Channel<WatchEvent> _changes = Channel.CreateUnbounded<WatchEvent>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    public IAsyncEnumerable<WatchEvent> ReadAllAsync(CancellationToken cancellationToken) => _changes.Reader.ReadAllAsync(cancellationToken);

    public void Offer(WatchEvent change)
    {
        if (interest(change)) _changes.Writer.TryWrite(change);
    }

    public void Dispose() => leave(this);
}
