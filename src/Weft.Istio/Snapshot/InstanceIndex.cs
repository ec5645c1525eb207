using System.Collections.Immutable;

namespace Weft.Istio.Snapshot;

/// <summary>By address, where the services stand that have an endpoint there.</summary>
internal sealed class InstanceIndex
{
    private readonly ImmutableDictionary<string, ImmutableArray<int>> _positions;

    private InstanceIndex(ImmutableDictionary<string, ImmutableArray<int>> positions) => _positions = positions;

    public static InstanceIndex Of(ImmutableArray<MeshService> services)
    {
        var positions = ImmutableDictionary.CreateBuilder<string, ImmutableArray<int>>();
        for (var position = 0; position < services.Length; position++)
        {
            Add(positions, services[position], position);
        }

        return new InstanceIndex(positions.ToImmutable());
    }

    /// <summary>The index of other services at the same places.</summary>
    public InstanceIndex After(ImmutableArray<MeshService> before, ImmutableArray<MeshService> after)
    {
        var positions = _positions.ToBuilder();
        for (var position = 0; position < after.Length; position++)
        {
            if (!ReferenceEquals(before[position], after[position]))
            {
                Remove(positions, before[position], position);
                Add(positions, after[position], position);
            }
        }

        return new InstanceIndex(positions.ToImmutable());
    }

    public IEnumerable<(MeshService Service, MeshServicePort Port, MeshEndpoint Endpoint)> At(string address, ImmutableArray<MeshService> services) =>
        from position in _positions.GetValueOrDefault(address, [])
        from port in services[position].Ports
        from endpoint in services[position].EndpointsOf(port)
        where endpoint.Address == address
        select (services[position], port, endpoint);

    private static void Add(ImmutableDictionary<string, ImmutableArray<int>>.Builder positions, MeshService service, int position)
    {
        foreach (var endpoint in service.Endpoints)
        {
            var known = positions.TryGetValue(endpoint.Address, out var found) ? found : [];
            if (known.BinarySearch(position) is var place && place < 0)
            {
                positions[endpoint.Address] = known.Insert(~place, position);
            }
        }
    }

    private static void Remove(ImmutableDictionary<string, ImmutableArray<int>>.Builder positions, MeshService service, int position)
    {
        foreach (var endpoint in service.Endpoints)
        {
            if (positions.TryGetValue(endpoint.Address, out var known))
            {
                positions[endpoint.Address] = known.Remove(position);
                if (known.Length == 1 && known[0] == position)
                {
                    positions.Remove(endpoint.Address);
                }
            }
        }
    }
}
