using System.Collections.Immutable;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>The services that clients see, one per host, found by host. Shared by all clients that see the same.</summary>
public sealed class ServiceScope : IFollowsEndpoints
{
    private readonly Dictionary<string, int> _positions;
    private readonly ILookup<string, int> _aliases;

    /// <param name="services">One per host.</param>
    internal ServiceScope(ImmutableArray<MeshService> services)
    {
        Services = services;
        _positions = new Dictionary<string, int>(services.Length);
        for (var position = 0; position < services.Length; position++)
        {
            _positions.TryAdd(services[position].Host, position);
        }

        _aliases = Enumerable.Range(0, services.Length).Where(position => services[position].AliasOf is not null).ToLookup(position => HostBehind(services[position].Host));
    }

    private ServiceScope(ServiceScope before, ImmutableArray<MeshService> services) => (Services, _positions, _aliases) = (services, before._positions, before._aliases);

    /// <summary>Oldest first.</summary>
    public ImmutableArray<MeshService> Services { get; }

    /// <summary>What a gateway of a namespace sees: all that is exported to it.</summary>
    public static ServiceScope OfGateway(MeshSnapshot snapshot, string @namespace) => snapshot.Derived(
        new GatewayKey(@namespace),
        key => new ServiceScope(HostOwners.Of(snapshot.Services.Where(service => service.IsVisibleIn(key.Namespace)), key.Namespace)));

    /// <summary>The host is seen, and it is this service that has it; maybe with fewer ports.</summary>
    public bool Contains(MeshService service) => Find(service.Host) is { } found && found.Namespace == service.Namespace && found.Registry == service.Registry;

    public MeshService? Find(string host) => _positions.TryGetValue(host, out var position) ? Services[position] : null;

    /// <summary>The host that answers for another name of it, through other names too; the host itself where it is no other name. A name that leads back to itself stays.</summary>
    public string HostBehind(string host)
    {
        var target = host;
        for (var step = 0; step <= Services.Length && Find(target)?.AliasOf is { } next; step++)
        {
            if (next == host)
            {
                return host;
            }

            target = next;
        }

        return target;
    }

    /// <summary>The services that are only other names of a host, of other names of it too.</summary>
    public IEnumerable<MeshService> AliasesOf(string host) => _aliases[host].Select(position => Services[position]);

    object IFollowsEndpoints.After(MeshSnapshot snapshot, IReadOnlyDictionary<MeshService, MeshService> replaced) => After(replaced);

    /// <summary>The same scope with services that have other endpoints.</summary>
    internal ServiceScope After(IReadOnlyDictionary<MeshService, MeshService> replaced) => new(this, Replace(Services, replaced));

    /// <summary>The same list with services that have other endpoints.</summary>
    internal static ImmutableArray<MeshService> Replace(ImmutableArray<MeshService> services, IReadOnlyDictionary<MeshService, MeshService> replaced)
    {
        foreach (var (before, after) in replaced)
        {
            services = services.IndexOf(before, (IEqualityComparer<MeshService>)ReferenceEqualityComparer.Instance) is var position and >= 0 ? services.SetItem(position, after) : services;
        }

        return services;
    }

    private sealed record GatewayKey(string Namespace);
}
