using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>
/// envoy.filters.http.fault: delays, then aborts, as the route says, else as the filter does. It stands before the router,
/// so neither the route's timeout nor its retries know of it, and the upstream's telemetry does not see the delay.
/// </summary>
/// <param name="general">For routes without faults of their own.</param>
internal sealed class FaultFilter(FaultModel? general) : HttpFilter
{
    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        var fault = exchange.Route?.Filters.Fault ?? general;
        return fault?.AppliesTo(exchange) != true ? ValueTask.FromResult(FilterVerdict.Continue) : InjectAsync(exchange, fault);
    }

    private static async ValueTask<FilterVerdict> InjectAsync(HttpExchange exchange, FaultModel fault)
    {
        if (fault.Delay is { } delay && delay.Share.Includes(Random.Shared.NextDouble()) && !await DelayAsync(exchange, fault, delay))
        {
            return FilterVerdict.Answered;
        }

        if (fault.Abort is not { } abort || !abort.Share.Includes(Random.Shared.NextDouble()) || !fault.State.TryEnter(fault.MaxActive))
        {
            return FilterVerdict.Continue;
        }

        try
        {
            await LocalReply.FaultAsync(exchange, abort);
            return FilterVerdict.Answered;
        }
        finally
        {
            fault.State.Leave();
        }
    }

    /// <returns>False when the client left meanwhile.</returns>
    private static async Task<bool> DelayAsync(HttpExchange exchange, FaultModel fault, FaultDelay delay)
    {
        if (!fault.State.TryEnter(fault.MaxActive))
        {
            return true;
        }

        exchange.Flags |= ResponseFlags.DelayInjected;
        try
        {
            await Task.Delay(delay.Duration, exchange.Proxy.Time, exchange.Http.RequestAborted);
            return true;
        }
        catch (OperationCanceledException)
        {
            UpstreamFailures.ClientLeft(exchange);
            return false;
        }
        finally
        {
            fault.State.Leave();
        }
    }
}
