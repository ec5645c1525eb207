using System.Collections.Immutable;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>The services that clients see, found by host. Shared by all clients that see the same.</summary>
public sealed class ServiceScope
{
    private readonly HashSet<MeshService> _all;
    private readonly Dictionary<string, MeshService> _byHost = [];
    private readonly ILookup<string, MeshService> _aliases;

    internal ServiceScope(ImmutableArray<MeshService> services)
    {
        Services = services;
        _all = new HashSet<MeshService>(services, ReferenceEqualityComparer.Instance);
        foreach (var service in services)
        {
            _byHost.TryAdd(service.Host, service);
        }

        _aliases = services.Where(service => service.AliasOf is not null).ToLookup(service => service.AliasOf ?? "");
    }

    /// <summary>Oldest first.</summary>
    public ImmutableArray<MeshService> Services { get; }

    /// <summary>What a gateway of a namespace sees: all that is exported to it.</summary>
    public static ServiceScope OfGateway(MeshSnapshot snapshot, string @namespace) => snapshot.Derived(
        new GatewayKey(@namespace),
        key => new ServiceScope(HostOwners.Of(snapshot.Services.Where(service => service.IsVisibleIn(key.Namespace)), key.Namespace)));

    public bool Contains(MeshService service) => _all.Contains(service);

    public MeshService? Find(string host) => _byHost.GetValueOrDefault(host);

    /// <summary>The services that are only other names of a host.</summary>
    public IEnumerable<MeshService> AliasesOf(string host) => _aliases[host];

    private sealed record GatewayKey(string Namespace);
}
