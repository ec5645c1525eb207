using System.Collections.Immutable;
using System.Globalization;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>
/// Consistent hashing on a ring, as Envoy's RING_HASH: each endpoint has a number of points by its weight, at the hashes of <c>key_0</c>, <c>key_1</c>, ...;
/// a request goes to the next point.
/// </summary>
internal sealed class RingHashBalancer : LoadBalancer
{
    private readonly ulong[] _points;
    private readonly EndpointModel[] _owners;

    /// <param name="endpoints">With their shares, which sum up to 1.</param>
    public RingHashBalancer(ImmutableArray<(EndpointModel Endpoint, double Share)> endpoints, RingHashPolicy policy)
    {
        var least = endpoints.Min(entry => entry.Share);
        // So many points that the lightest endpoint has a whole number of them, and the ring its least size.
        var scale = Math.Min(Math.Ceiling(least * policy.MinSize) / least, policy.MaxSize);
        var size = (int)Math.Ceiling(scale);
        var points = new List<ulong>(size);
        var owners = new List<EndpointModel>(size);
        var wanted = 0.0;
        foreach (var (endpoint, share) in endpoints)
        {
            wanted += scale * share;
            var key = endpoint.HashKey(policy.UsesHostname);
            for (var index = 0; points.Count < Math.Round(wanted, 6); index++)
            {
                points.Add(XxHash64.Of(string.Create(CultureInfo.InvariantCulture, $"{key}_{index}")));
                owners.Add(endpoint);
            }
        }

        _points = [.. points];
        _owners = [.. owners];
        Array.Sort(_points, _owners);
    }

    public int Size => _points.Length;

    public override EndpointModel Pick(in PickContext context)
    {
        var hash = context.Hash ?? (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);
        var found = Array.BinarySearch(_points, hash);
        var next = found >= 0 ? found : ~found;
        return _owners[(next + context.Redraws) % _owners.Length];
    }
}
