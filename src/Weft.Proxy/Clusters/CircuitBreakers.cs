using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Clusters;

/// <summary>The most that a cluster is asked to bear at once (default priority).</summary>
/// <param name="Connections">TCP connections; for HTTP/1.1 requests on their way, each of which has a connection of its own.</param>
/// <param name="Pending">HTTP/1.1 requests that wait for a connection.</param>
internal sealed record CircuitBreakers(uint Connections, uint Pending, uint Requests, uint Retries)
{
    /// <summary>Takes the place of <see cref="Retries"/>; null for none.</summary>
    public RetryBudget? Budget { get; init; }

    private const uint DefaultLimit = 1024;
    private const uint DefaultRetries = 3;

    /// <summary>What null of <see cref="Compile"/> means, in numbers.</summary>
    public static CircuitBreakers Unlimited { get; } = new(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue);

    /// <returns>Null when nothing is limited (Istio's default).</returns>
    /// <exception cref="ResourceRejectedException">A limit that this proxy does not keep.</exception>
    public static CircuitBreakers? Compile(Cluster config)
    {
        var thresholds = config.CircuitBreakers?.Thresholds.FirstOrDefault(threshold => threshold.Priority == RoutingPriority.Default);
        if (thresholds?.MaxConnectionPools is not null || config.CircuitBreakers?.PerHostThresholds.Count > 0)
        {
            throw new ResourceRejectedException($"{config.Name}: circuit breakers with max_connection_pools or per_host_thresholds are not supported");
        }

        var limits = new CircuitBreakers(
            thresholds?.MaxConnections ?? DefaultLimit, thresholds?.MaxPendingRequests ?? DefaultLimit, thresholds?.MaxRequests ?? DefaultLimit, thresholds?.MaxRetries ?? DefaultRetries)
        {
            Budget = thresholds?.RetryBudget is { } budget ? new RetryBudget(budget.BudgetPercent?.Value ?? 20, budget.MinRetryConcurrency ?? 3) : null,
        };
        return limits is { Connections: uint.MaxValue, Pending: uint.MaxValue, Requests: uint.MaxValue, Retries: uint.MaxValue, Budget: null } ? null : limits;
    }
}

/// <summary>CircuitBreakers.Thresholds.retry_budget: how many retries may run at once, as a share of the requests.</summary>
/// <param name="Percent">Of the requests that are active or pending.</param>
/// <param name="MinConcurrency">So many may run however few requests there are.</param>
internal sealed record RetryBudget(double Percent, uint MinConcurrency)
{
    public long Limit(long requests) => Math.Max(MinConcurrency, (long)(requests * Percent / 100));
}

/// <summary>What a cluster bears now. Safe for any thread.</summary>
internal sealed class CircuitState
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _pending = [];
    private long _active;
    private long _retries;

    /// <summary>Admits a request, at once or when a connection is free.</summary>
    /// <param name="sharesConnections">HTTP/2: no request waits for another's connection.</param>
    /// <returns>False when the cluster bears no more.</returns>
    public async ValueTask<bool> EnterAsync(CircuitBreakers limits, bool sharesConnections, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> waiting;
        lock (_lock)
        {
            if (_active >= limits.Requests)
            {
                return false;
            }

            if (sharesConnections || _active < Math.Max(1, limits.Connections))
            {
                _active++;
                return true;
            }

            if (_pending.Count >= limits.Pending)
            {
                return false;
            }

            waiting = _pending.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var registration = cancellationToken.UnsafeRegister(_ => Forget(waiting, cancellationToken), null);
        await waiting.Value.Task;
        return true;
    }

    /// <summary>Admits a TCP connection.</summary>
    public bool TryConnect(CircuitBreakers limits)
    {
        lock (_lock)
        {
            if (_active >= limits.Connections)
            {
                return false;
            }

            _active++;
            return true;
        }
    }

    /// <summary>Ends what was admitted; the longest waiting takes its place.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (_pending.First is { } next)
            {
                _pending.RemoveFirst();
                next.Value.TrySetResult();
            }
            else
            {
                _active--;
            }
        }
    }

    public bool TryRetry(CircuitBreakers limits)
    {
        lock (_lock)
        {
            if (_retries >= (limits.Budget is { } budget ? budget.Limit(_active + _pending.Count) : limits.Retries))
            {
                return false;
            }

            _retries++;
            return true;
        }
    }

    public void EndRetry()
    {
        lock (_lock)
        {
            _retries--;
        }
    }

    private void Forget(LinkedListNode<TaskCompletionSource> waiting, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiting.List is not null)
            {
                _pending.Remove(waiting);
                waiting.Value.TrySetCanceled(cancellationToken);
            }
        }
    }
}
