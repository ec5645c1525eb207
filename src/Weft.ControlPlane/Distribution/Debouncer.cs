using System.Threading.Channels;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Distribution;

/// <summary>Gathers bursts of changes: waits until none came for a while, but never longer than a limit after the first.</summary>
public sealed class Debouncer(TimeSpan quiet, TimeSpan longest, TimeProvider time)
{
    // One pending signal says all: more of them are the same news.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something changed. Never waits.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Signals for each newer value, and for the present one. Ends only by cancellation.</summary>
    public async Task FollowAsync<T>(SnapshotSource<T> source, CancellationToken cancellationToken)
        where T : class
    {
        await foreach (var _ in source.WatchAsync(cancellationToken))
        {
            Signal();
        }
    }

    /// <summary>Returns once there was a change and the burst is over: how long it took since its first change.</summary>
    public async Task<TimeSpan> WaitAsync(CancellationToken cancellationToken)
    {
        await _signals.Reader.ReadAsync(cancellationToken);
        var first = time.GetTimestamp();
        while (true)
        {
            var rest = longest - time.GetElapsedTime(first);
            if (rest <= TimeSpan.Zero || !await SignalledWithinAsync(rest < quiet ? rest : quiet, cancellationToken))
            {
                return time.GetElapsedTime(first);
            }
        }
    }

    private async Task<bool> SignalledWithinAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var expired = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expired.Token, cancellationToken);
        try
        {
            await _signals.Reader.ReadAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
