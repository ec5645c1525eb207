using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Weft.Proxy.Clusters;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.LoadBalancing;

/// <summary>How a cluster chooses among the endpoints of one priority, resolved (Cluster.lb_policy and its settings).</summary>
internal abstract record LoadBalancingPolicy
{
    /// <param name="endpoints">At least one.</param>
    /// <param name="weighsLocalities">Whether localities share the traffic by their own weights.</param>
    public abstract LoadBalancer Create(ImmutableArray<EndpointModel> endpoints, bool weighsLocalities);

    /// <exception cref="ResourceRejectedException">A policy or setting that this proxy does not have.</exception>
    public static LoadBalancingPolicy Compile(Cluster config) => config.LbPolicy switch
    {
        _ when config.LoadBalancingPolicy is not null => throw new ResourceRejectedException("load_balancing_policy is not supported; lb_policy is"),
        _ when config.LbSubsetConfig is not null => throw new ResourceRejectedException("lb_subset_config is not supported"),
        Cluster.Types.LbPolicy.RoundRobin => new RoundRobinPolicy(SlowStart.Compile(config.RoundRobinLbConfig?.SlowStartConfig)),
        Cluster.Types.LbPolicy.LeastRequest => LeastRequestPolicy.Of(config.LeastRequestLbConfig),
        Cluster.Types.LbPolicy.Random => new RandomPolicy(),
        Cluster.Types.LbPolicy.ClusterProvided => new RoundRobinPolicy(null),
        Cluster.Types.LbPolicy.RingHash => RingHashPolicy.Of(config),
        Cluster.Types.LbPolicy.Maglev => MaglevPolicy.Of(config),
        _ => throw new ResourceRejectedException($"load balancing policy {config.LbPolicy} is not supported"),
    };

    protected static bool HashesHostname(Cluster config)
    {
        var consistent = config.CommonLbConfig?.ConsistentHashingLbConfig;
        return consistent?.HashBalanceFactor is null
            ? consistent?.UseHostnameForHashing ?? false
            : throw new ResourceRejectedException("consistent_hashing_lb_config.hash_balance_factor is not supported");
    }

    /// <summary>Shares that sum up to 1: by endpoint weight, within a locality's share where localities are weighed.</summary>
    protected static ImmutableArray<(EndpointModel Endpoint, double Share)> Shares(ImmutableArray<EndpointModel> endpoints, bool weighsLocalities)
    {
        if (!weighsLocalities)
        {
            var total = endpoints.Sum(endpoint => (double)endpoint.Weight);
            return [.. endpoints.Select(endpoint => (endpoint, endpoint.Weight / total))];
        }

        var localities = endpoints.GroupBy(endpoint => endpoint.Locality).ToList();
        var all = localities.Sum(locality => (double)locality.Key.Weight);
        return
        [
            .. localities.Where(locality => locality.Key.Weight > 0)
                .SelectMany(locality => Shares([.. locality], false).Select(entry => (entry.Endpoint, entry.Share * locality.Key.Weight / all))),
        ];
    }
}

/// <param name="SlowStart">Null without a window.</param>
internal sealed record RoundRobinPolicy(SlowStart? SlowStart) : LoadBalancingPolicy
{
    public override LoadBalancer Create(ImmutableArray<EndpointModel> endpoints, bool weighsLocalities) =>
        weighsLocalities ? new LocalityBalancer(endpoints, this) : new RoundRobinBalancer(endpoints, SlowStart, Random.Shared);
}

/// <param name="Choices">How many endpoints are drawn (choice_count).</param>
/// <param name="ActiveRequestBias">How much active requests take from a weight.</param>
/// <param name="SlowStart">Null without a window.</param>
internal sealed record LeastRequestPolicy(int Choices, double ActiveRequestBias, SlowStart? SlowStart) : LoadBalancingPolicy
{
    public static LeastRequestPolicy Of(Cluster.Types.LeastRequestLbConfig? config) => new(
        (int)Math.Clamp(config?.ChoiceCount ?? 2, 2, 1000),
        Math.Max(0, LoadBalancing.SlowStart.Default(config?.ActiveRequestBias, 1)),
        LoadBalancing.SlowStart.Compile(config?.SlowStartConfig));

    public override LoadBalancer Create(ImmutableArray<EndpointModel> endpoints, bool weighsLocalities) =>
        weighsLocalities ? new LocalityBalancer(endpoints, this) : new LeastRequestBalancer(endpoints, this, Random.Shared);
}

/// <summary>Draws at random.</summary>
internal sealed record RandomPolicy : LoadBalancingPolicy
{
    public override LoadBalancer Create(ImmutableArray<EndpointModel> endpoints, bool weighsLocalities) =>
        weighsLocalities ? new LocalityBalancer(endpoints, this) : new RandomBalancer(endpoints);
}

/// <param name="MinSize">Envoy's default: 1024 points.</param>
/// <param name="MaxSize">Envoy's default: 8 Mi points.</param>
/// <param name="UsesHostname">use_hostname_for_hashing.</param>
internal sealed record RingHashPolicy(int MinSize, int MaxSize, bool UsesHostname) : LoadBalancingPolicy
{
    private const ulong LargestRing = 8 << 20;

    public static RingHashPolicy Of(Cluster config)
    {
        var ring = config.RingHashLbConfig;
        if (ring is { HashFunction: not Cluster.Types.RingHashLbConfig.Types.HashFunction.XxHash })
        {
            throw new ResourceRejectedException($"ring_hash_lb_config.hash_function {ring.HashFunction} is not supported");
        }

        var (min, max) = (ring?.MinimumRingSize ?? 1024, ring?.MaximumRingSize ?? LargestRing);
        return min <= max && max <= LargestRing
            ? new RingHashPolicy((int)min, (int)max, HashesHostname(config))
            : throw new ResourceRejectedException($"ring_hash_lb_config: minimum_ring_size {min} and maximum_ring_size {max} must be in order and at most {LargestRing}");
    }

    public override LoadBalancer Create(ImmutableArray<EndpointModel> endpoints, bool weighsLocalities) =>
        new RingHashBalancer(Shares(endpoints, weighsLocalities), this);
}

/// <param name="TableSize">A prime; Envoy's default is 65537.</param>
/// <param name="UsesHostname">use_hostname_for_hashing.</param>
internal sealed record MaglevPolicy(int TableSize, bool UsesHostname) : LoadBalancingPolicy
{
    private const ulong LargestTable = 5_000_011;

    public static MaglevPolicy Of(Cluster config)
    {
        var size = config.MaglevLbConfig?.TableSize ?? 65537;
        return size <= LargestTable && IsPrime(size)
            ? new MaglevPolicy((int)size, HashesHostname(config))
            : throw new ResourceRejectedException($"maglev_lb_config.table_size {size} must be a prime of at most {LargestTable}");
    }

    public override LoadBalancer Create(ImmutableArray<EndpointModel> endpoints, bool weighsLocalities) =>
        new MaglevBalancer(Shares(endpoints, weighsLocalities), this);

    private static bool IsPrime(ulong number)
    {
        for (ulong divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        return number > 1;
    }
}
