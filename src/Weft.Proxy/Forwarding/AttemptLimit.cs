using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>The end of one attempt. Its times: per_try_timeout from the end of the request, per_try_idle_timeout until the response begins.</summary>
internal sealed class AttemptLimit : IDisposable
{
    private readonly CancellationToken _stream;
    private readonly CancellationTokenSource? _ended;
    private readonly ITimer? _whole;
    private readonly ITimer? _idle;

    public AttemptLimit(HttpExchange exchange, RetryPolicyModel policy, CancellationToken stream)
    {
        _stream = stream;
        if (policy.PerTryTimeout <= TimeSpan.Zero && policy.PerTryIdleTimeout <= TimeSpan.Zero && exchange.RequestBody is null)
        {
            return;
        }

        _ended = CancellationTokenSource.CreateLinkedTokenSource(stream);
        _whole = policy.PerTryTimeout > TimeSpan.Zero ? StreamTimers.WhenSent(exchange, _ => End("upstream_per_try_timeout"), null, policy.PerTryTimeout) : null;
        _idle = policy.PerTryIdleTimeout > TimeSpan.Zero ? StreamTimers.WhenSent(exchange, _ => End("upstream_per_try_idle_timeout"), null, policy.PerTryIdleTimeout) : null;
    }

    public CancellationToken Token => _ended?.Token ?? _stream;

    /// <summary>Why the attempt ran out of time; null when it did not.</summary>
    public string? Details { get; private set; }

    /// <summary>The response has begun.</summary>
    public void Begun() => _idle?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Ends the sending of a body.</summary>
    public Task CancelAsync() => _ended?.CancelAsync() ?? Task.CompletedTask;

    public void Dispose()
    {
        _whole?.Dispose();
        _idle?.Dispose();
        _ended?.Dispose();
    }

    private void End(string details)
    {
        Details ??= details;
        try
        {
            _ended?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at the same moment.
        }
    }
}
