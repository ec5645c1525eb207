using System.Net;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>What one attempt tells the load balancer.</summary>
/// <param name="OriginalDestination">Where the client meant to go; the endpoint itself for ORIGINAL_DST clusters.</param>
internal readonly record struct PickContext(IPEndPoint OriginalDestination)
{
    /// <summary>By the route's or the TCP proxy's hash_policy (see <see cref="XxHash64"/>); null draws at random.</summary>
    public ulong? Hash { get; init; }

    /// <summary>Endpoints that failed already; avoided if there are others (retry host predicate previous_hosts).</summary>
    public IReadOnlyCollection<EndpointModel>? Tried { get; init; }

    /// <summary>Priorities that are left to others (retry priority previous_priorities); null for none.</summary>
    public IReadOnlyCollection<uint>? TriedPriorities { get; init; }

    /// <summary>How often this attempt has drawn an endpoint that it must avoid; consistent hashing then goes on along its ring.</summary>
    public int Redraws { get; init; }
}
