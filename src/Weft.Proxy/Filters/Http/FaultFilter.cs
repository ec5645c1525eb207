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
        var fault = exchange.Route?.Fault ?? general;
        return fault is null ? ValueTask.FromResult(FilterVerdict.Continue) : InjectAsync(exchange, fault);
    }

    private static async ValueTask<FilterVerdict> InjectAsync(HttpExchange exchange, FaultModel fault)
    {
        if (fault.Delay is { } delay && delay.Share.Includes(Random.Shared.NextDouble()))
        {
            exchange.Flags |= ResponseFlags.DelayInjected;
            try
            {
                await Task.Delay(delay.Duration, exchange.Proxy.Time, exchange.Http.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                exchange.Flags |= ResponseFlags.DownstreamConnectionTermination;
                exchange.Details = "downstream_remote_disconnect";
                return FilterVerdict.Answered;
            }
        }

        if (fault.Abort is { } abort && abort.Share.Includes(Random.Shared.NextDouble()))
        {
            await LocalReply.FaultAsync(exchange, abort);
            return FilterVerdict.Answered;
        }

        return FilterVerdict.Continue;
    }
}
