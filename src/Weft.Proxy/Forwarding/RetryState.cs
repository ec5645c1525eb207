using Weft.Proxy.Clusters;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Forwarding;

/// <summary>What is left of a retry policy for one request.</summary>
internal sealed class RetryState(RetryPolicyModel policy)
{
    private int _remaining = policy.NumRetries;
    private TimeSpan _interval = policy.BaseInterval;
    private List<EndpointModel>? _tried;
    private List<uint>? _priorities;
    private bool _isCounted;

    public RetryPolicyModel Policy => policy;

    /// <summary>Endpoints that the next attempt avoids; null for none.</summary>
    public IReadOnlyCollection<EndpointModel>? Tried => _tried;

    /// <summary>Priorities that the next attempt leaves to others; null for none.</summary>
    public IReadOnlyCollection<uint>? TriedPriorities { get; private set; }

    /// <summary>Whether the policy asks for another attempt after this response.</summary>
    public bool Wants(HttpExchange exchange, UpstreamReply reply)
    {
        if (!policy.Covers(reply.Status, UpstreamResponse.GrpcStatus(exchange, reply), reply.Header))
        {
            return false;
        }

        RequestedPause = policy.RateLimitedBackOff?.Pause(reply.Header, exchange.Proxy.Time.GetUtcNow());
        return true;
    }

    /// <summary>Takes one retry, if one is left and the request can be sent again.</summary>
    /// <param name="attempt">Ended here: the body must be at rest before it is sent again.</param>
    public async ValueTask<bool> TakeAsync(HttpExchange exchange, AttemptLimit attempt)
    {
        if (exchange.RequestBody is { } body)
        {
            if (!body.CanRepeat)
            {
                return false;
            }

            if (_remaining > 0)
            {
                await attempt.CancelAsync();
                await body.StopAsync();
                if (!body.CanRepeat)
                {
                    return false;
                }
            }
        }

        if (_remaining == 0)
        {
            exchange.Flags |= ResponseFlags.UpstreamRetryLimitExceeded;
            return false;
        }

        if (!_isCounted && exchange.Cluster!.Limits is { } limits)
        {
            if (!exchange.Cluster.State.Circuit.TryRetry(limits))
            {
                exchange.Flags |= ResponseFlags.UpstreamOverflow;
                return false;
            }

            _isCounted = true;
        }

        _remaining--;
        if (policy.AvoidsPreviousHosts)
        {
            (_tried ??= []).Add(exchange.Endpoint!);
        }

        if (policy.PriorityUpdateFrequency > 0)
        {
            (_priorities ??= []).Add(exchange.Endpoint!.Priority);
            TriedPriorities = _priorities.Count % policy.PriorityUpdateFrequency == 0 ? [.. _priorities] : TriedPriorities;
        }

        return true;
    }

    /// <summary>The request is over.</summary>
    public void End(ClusterModel cluster)
    {
        if (_isCounted)
        {
            cluster.State.Circuit.EndRetry();
        }
    }

    /// <summary>The pause that the upstream asked for; null leaves it to chance.</summary>
    public TimeSpan? RequestedPause { get; set; }

    /// <summary>Waits as long as the upstream asked for, else a random part of an interval that doubles from retry to retry.</summary>
    public Task BackOffAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var pause = RequestedPause ?? (_interval * Random.Shared.NextDouble());
        RequestedPause = null;
        _interval = TimeSpan.FromTicks(Math.Min(_interval.Ticks * 2, policy.MaxInterval.Ticks));
        return Task.Delay(pause, time, cancellationToken);
    }
}
