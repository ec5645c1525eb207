using System.Collections.Immutable;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>Each in turn; with unequal weights or during a slow start, by earliest deadline (Envoy ROUND_ROBIN).</summary>
internal sealed class RoundRobinBalancer : LoadBalancer
{
    private readonly ImmutableArray<EndpointModel> _endpoints;
    private readonly SlowStart? _slowStart;
    private readonly WeightedTurns _turns;
    private uint _next;

    public RoundRobinBalancer(ImmutableArray<EndpointModel> endpoints, SlowStart? slowStart, Random random)
    {
        _endpoints = endpoints;
        _slowStart = slowStart;
        _next = (uint)random.Next(endpoints.Length);
        _turns = new WeightedTurns(endpoints, endpoint => endpoint.Weight * (slowStart?.ShareOf(endpoint.State) ?? 1), random);
    }

    public override EndpointModel Pick(in PickContext context) =>
        _endpoints.Length == 1 ? _endpoints[0]
        : _turns.AreEqual(_slowStart) ? _endpoints[(int)(Interlocked.Increment(ref _next) % (uint)_endpoints.Length)]
        : _turns.Pick();
}

/// <summary>
/// The least busy of some drawn at random; with unequal weights or during a slow start, in turn by weight / (active requests + 1)^bias
/// (Envoy LEAST_REQUEST).
/// </summary>
internal sealed class LeastRequestBalancer : LoadBalancer
{
    private readonly ImmutableArray<EndpointModel> _endpoints;
    private readonly LeastRequestPolicy _policy;
    private readonly WeightedTurns _turns;

    public LeastRequestBalancer(ImmutableArray<EndpointModel> endpoints, LeastRequestPolicy policy, Random random)
    {
        _endpoints = endpoints;
        _policy = policy;
        _turns = new WeightedTurns(endpoints, Weight, random);
    }

    public override EndpointModel Pick(in PickContext context)
    {
        if (_endpoints.Length == 1)
        {
            return _endpoints[0];
        }

        return _turns.AreEqual(_policy.SlowStart) ? Draw() : _turns.Pick();
    }

    private EndpointModel Draw()
    {
        var best = _endpoints[Random.Shared.Next(_endpoints.Length)];
        for (var choice = 1; choice < _policy.Choices; choice++)
        {
            var other = _endpoints[Random.Shared.Next(_endpoints.Length)];
            best = other.State.Active < best.State.Active ? other : best;
        }

        return best;
    }

    private double Weight(EndpointModel endpoint) =>
        endpoint.Weight * (_policy.SlowStart?.ShareOf(endpoint.State) ?? 1) / Math.Pow(endpoint.State.Active + 1, _policy.ActiveRequestBias);
}

/// <summary>One at random, weights or not (Envoy RANDOM does not look at them).</summary>
internal sealed class RandomBalancer(ImmutableArray<EndpointModel> endpoints) : LoadBalancer
{
    public override EndpointModel Pick(in PickContext context) => endpoints[Random.Shared.Next(endpoints.Length)];
}

/// <summary>Turns by weight, for any thread.</summary>
internal sealed class WeightedTurns
{
    private readonly Lock _lock = new();
    private readonly ImmutableArray<EndpointModel> _endpoints;
    private readonly bool _hasEqualWeights;
    private readonly EdfScheduler<EndpointModel> _scheduler;

    public WeightedTurns(ImmutableArray<EndpointModel> endpoints, Func<EndpointModel, double> weight, Random random)
    {
        _endpoints = endpoints;
        _hasEqualWeights = endpoints.All(endpoint => endpoint.Weight == endpoints[0].Weight);
        _scheduler = new EdfScheduler<EndpointModel>(weight);
        foreach (var endpoint in endpoints)
        {
            _scheduler.Add(endpoint);
        }

        _scheduler.Skip(random.Next(endpoints.Length));
    }

    /// <summary>Whether no endpoint is to be preferred by its weight now.</summary>
    public bool AreEqual(SlowStart? slowStart)
    {
        if (!_hasEqualWeights || slowStart is null)
        {
            return _hasEqualWeights;
        }

        foreach (var endpoint in _endpoints)
        {
            if (slowStart.ShareOf(endpoint.State) < 1)
            {
                return false;
            }
        }

        return true;
    }

    public EndpointModel Pick()
    {
        lock (_lock)
        {
            return _scheduler.Pick();
        }
    }
}
