namespace Weft.Proxy.Forwarding.Http1;

/// <summary>
/// A connection to an upstream that carries one request after another. Between two requests it rests in its pool with a read under way,
/// so that its end is seen at once, and so that the next response finds its reader waiting.
/// </summary>
internal sealed class Http1Connection
{
    private const int Busy = 0;
    private const int Resting = 1;
    private const int Closed = 2;

    private int _state;

    public Http1Connection(UpstreamConnection upstream, long openedAt)
    {
        Upstream = upstream;
        OpenedAt = openedAt;
        Input = new Http1Input(upstream.Stream);
        Output = new Http1Output(upstream.Stream);
        Body = new Http1ResponseBody(Input);
    }

    public UpstreamConnection Upstream { get; }

    public long OpenedAt { get; }

    public long RestingSince { get; private set; }

    /// <summary>So far, the one on its way included.</summary>
    public uint Requests { get; set; }

    public bool IsResting => Volatile.Read(ref _state) == Resting;

    public Http1Input Input { get; }

    public Http1Output Output { get; }

    /// <summary>The head of the present response.</summary>
    public Http1ResponseHead Head { get; } = new();

    /// <summary>The body of the present response.</summary>
    public Http1ResponseBody Body { get; }

    /// <summary>Takes it out of its rest.</summary>
    /// <returns>False when its end came first.</returns>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Busy, Resting) == Resting;

    /// <summary>Begins to rest after a request that is over on both sides.</summary>
    /// <param name="ended">Called when the upstream ends the connection, or speaks unasked, before it is taken again.</param>
    public void Rest(long now, Action<Http1Connection> ended)
    {
        RestingSince = now;
        Output.Release();
        Input.Release();
        Volatile.Write(ref _state, Resting);
        Input.Ahead = WatchAsync(ended);
    }

    /// <summary>Breaks what is under way; any thread.</summary>
    public void Abort() => Upstream.Abort();

    /// <summary>Ends it. Memory that a read or write under way still uses is left to the collector.</summary>
    public void Close()
    {
        Volatile.Write(ref _state, Closed);
        Upstream.Abort();
        Upstream.Stream.Dispose();
    }

    /// <summary>Ends one that has just been taken out of its rest. To close it under its read would reset it, which servers complain of.</summary>
    public void End()
    {
        Volatile.Write(ref _state, Closed);
        Upstream.Shutdown();
        Input.Ahead!.GetAwaiter().OnCompleted(Close);
    }

    private async Task<int> WatchAsync(Action<Http1Connection> ended)
    {
        var count = 0;
        try
        {
            return count = await Input.ReadAsync();
        }
        catch (Exception error) when ((error is IOException or ObjectDisposedException) && Volatile.Read(ref _state) != Busy)
        {
            // Nobody waits for it.
            return 0;
        }
        finally
        {
            if (Interlocked.CompareExchange(ref _state, Closed, Resting) == Resting)
            {
                Close();
                ended(this);
            }
        }
    }
}
