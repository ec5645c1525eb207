using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>Settings of a cluster's load balancing beside the policy (Cluster.CommonLbConfig, ClusterLoadAssignment.Policy).</summary>
/// <param name="PanicThreshold">healthy_panic_threshold in percent; Envoy's default is 50, 0 switches panic off.</param>
/// <param name="WeighsLocalities">locality_weighted_lb_config.</param>
internal sealed record SelectionOptions(double PanicThreshold, bool WeighsLocalities)
{
    public const uint DefaultOverprovisioning = 140;

    /// <summary>overprovisioning_factor in percent.</summary>
    public uint Overprovisioning { get; init; } = DefaultOverprovisioning;

    /// <summary>zone_aware_lb_config.fail_traffic_on_panic: a priority that panics takes nothing, where it would use all of its endpoints.</summary>
    public bool FailsInPanic { get; init; }

    /// <summary>override_host_status: in which states an endpoint keeps its sessions.</summary>
    public ImmutableArray<HealthStatus> SessionStatuses { get; init; } = [HealthStatus.Unknown, HealthStatus.Healthy, HealthStatus.Degraded];

    public static SelectionOptions Compile(Envoy.Config.Cluster.V3.Cluster config)
    {
        // Envoy rounds the threshold to a whole number.
        var threshold = Math.Round(config.CommonLbConfig?.HealthyPanicThreshold?.Value ?? 50, MidpointRounding.AwayFromZero);
        var options = new SelectionOptions(threshold, config.CommonLbConfig?.LocalityWeightedLbConfig is not null)
        {
            FailsInPanic = config.CommonLbConfig?.ZoneAwareLbConfig?.FailTrafficOnPanic ?? false,
        };
        return config.CommonLbConfig?.OverrideHostStatus is { } stated ? options with { SessionStatuses = [.. stated.Statuses] } : options;
    }
}

/// <summary>
/// Chooses an endpoint of a cluster: priority, then policy. Load balancers are made anew when an endpoint is ejected or comes back. Called from any thread.
/// </summary>
internal sealed class EndpointSelector
{
    // Envoy's host_selection_retry_max_attempts as Istio sets it.
    private const int MaxRedraws = 5;

    private readonly Lock _building = new();
    private readonly ImmutableArray<ImmutableArray<EndpointModel>> _priorities;
    private readonly LoadBalancingPolicy _policy;
    private readonly SelectionOptions _options;
    private readonly ClusterState _state;
    private Selection _current;

    public EndpointSelector(ImmutableArray<EndpointModel> endpoints, LoadBalancingPolicy policy, SelectionOptions options, ClusterState state)
    {
        var levels = endpoints.IsEmpty ? 0 : (int)endpoints.Max(endpoint => endpoint.Priority) + 1;
        _priorities = [.. Enumerable.Range(0, levels).Select(priority => endpoints.Where(endpoint => endpoint.Priority == priority).ToImmutableArray())];
        _policy = policy;
        _options = options;
        _state = state;
        _current = Build();
    }

    /// <summary>The chances of the priorities now; null without endpoints.</summary>
    public PriorityLoads? Loads => Current.Loads;

    private Selection Current
    {
        get
        {
            var current = Volatile.Read(ref _current);
            return current.HealthVersion == _state.HealthVersion ? current : Rebuild();
        }
    }

    /// <summary>The endpoint of one attempt; null when none may be used.</summary>
    public EndpointModel? Pick(in PickContext context)
    {
        var selection = Current;
        if (selection.Loads is not { } loads)
        {
            return null;
        }

        if (context.TriedPriorities is { Count: > 0 } priorities && selection.Levels.Length > 1)
        {
            loads = loads.Without(priorities);
        }

        var level = selection.Levels[selection.Levels.Length == 1 ? 0 : loads.Choose(context.Hash ?? (ulong)Random.Shared.NextInt64())];
        if (level.Balancer is not { } balancer)
        {
            return null;
        }

        var picked = balancer.Pick(context);
        return context.Tried is { Count: > 0 } tried && tried.Contains(picked) ? PickAnother(level, balancer, tried, context) : picked;
    }

    private static EndpointModel PickAnother(Level level, LoadBalancer balancer, IReadOnlyCollection<EndpointModel> tried, PickContext context)
    {
        for (var redraw = 1; redraw <= MaxRedraws; redraw++)
        {
            var picked = balancer.Pick(context with { Redraws = redraw });
            if (!tried.Contains(picked))
            {
                return picked;
            }
        }

        var untried = level.Endpoints.RemoveAll(tried.Contains);
        return untried.IsEmpty ? balancer.Pick(context) : untried[Random.Shared.Next(untried.Length)];
    }

    private Selection Rebuild()
    {
        lock (_building)
        {
            if (_current.HealthVersion != _state.HealthVersion)
            {
                Volatile.Write(ref _current, Build());
            }

            return _current;
        }
    }

    private Selection Build()
    {
        // Read first: a change while this is built makes it old, not lost.
        var version = _state.HealthVersion;
        if (_priorities.IsEmpty)
        {
            return new Selection(version, null, []);
        }

        var healthy = _priorities.Select(endpoints => endpoints.Where(endpoint => endpoint.IsHealthy && !endpoint.State.IsEjected).ToImmutableArray()).ToImmutableArray();
        var loads = PriorityLoads.Of([.. _priorities.Select((all, priority) => (healthy[priority].Length, all.Length))], _options.Overprovisioning, _options.PanicThreshold);
        return new Selection(version, loads, [.. _priorities.Select((all, priority) => LevelOf(UsableOf(all, healthy[priority], loads.Panics[priority]), loads.Panics[priority]))]);
    }

    private ImmutableArray<EndpointModel> UsableOf(ImmutableArray<EndpointModel> all, ImmutableArray<EndpointModel> healthy, bool panics) =>
        !panics ? healthy : _options.FailsInPanic ? [] : all;

    private Level LevelOf(ImmutableArray<EndpointModel> endpoints, bool panics)
    {
        var weighs = _options.WeighsLocalities && !panics;
        var usable = weighs ? endpoints.RemoveAll(endpoint => endpoint.Locality.Weight == 0) : endpoints;
        return new Level(usable, usable.IsEmpty ? null : _policy.Create(usable, weighs));
    }

    private sealed record Selection(long HealthVersion, PriorityLoads? Loads, ImmutableArray<Level> Levels);

    private sealed record Level(ImmutableArray<EndpointModel> Endpoints, LoadBalancer? Balancer);
}
