using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>
/// The Sidecar that applies to a workload: its namespace's with a matching selector, else its namespace's without one, else the root namespace's; one, never
/// several. It says which hosts the workload sees, where it listens for them, and what becomes of others.
/// </summary>
public sealed class EffectiveSidecar : IFollowsEndpoints
{
    private readonly Sidecar? _sidecar;
    private readonly string _namespace;
    private readonly MeshSnapshot _snapshot;

    private EffectiveSidecar(MeshSnapshot snapshot, Sidecar? sidecar, string @namespace)
    {
        _snapshot = snapshot;
        _sidecar = sidecar;
        _namespace = @namespace;
        Exported = [.. snapshot.Services.Where(service => service.IsVisibleIn(@namespace))];
        Egress = ImportsEverything ? [EgressListener.CatchAll(@namespace, Exported)] : [.. sidecar!.Spec.Egress.Select(egress => EgressListener.Of(egress, @namespace, Exported))]; // else it has egress
        Scope = new ServiceScope(VisibleServices());
        VirtualServices = Bound();
    }

    private EffectiveSidecar(EffectiveSidecar before, MeshSnapshot snapshot, IReadOnlyDictionary<MeshService, MeshService> replaced)
    {
        (_snapshot, _sidecar, _namespace, VirtualServices) = (snapshot, before._sidecar, before._namespace, before.VirtualServices);
        Exported = ServiceScope.Replace(before.Exported, replaced);
        Egress = [.. before.Egress.Select(egress => egress.After(replaced))];
        Scope = Egress.Any(egress => egress.Port is not null) ? new ServiceScope(VisibleServices()) : before.Scope.After(replaced);
    }

    /// <summary>The object; null when none applies.</summary>
    public Sidecar? Source => _sidecar;

    public bool AllowsAnyOutbound => _sidecar?.Spec.OutboundTrafficPolicy?.AllowsAny ?? _snapshot.Mesh.AllowsAnyOutbound;

    /// <summary>Where calls to unknown hosts go, by its full name, when they are allowed but not let through; else null.</summary>
    public Destination? EgressProxy => AllowsAnyOutbound && _sidecar?.Spec.OutboundTrafficPolicy?.EgressProxy is { } proxy
        ? proxy with { Host = Hostname.Resolve(proxy.Host, _sidecar.Metadata.Namespace ?? "") }
        : null;

    /// <summary>True when no egress hosts restrict what is seen.</summary>
    public bool ImportsEverything => _sidecar is not { Spec.Egress.Length: > 0 };

    public ConnectionPoolSettings? InboundConnectionPool => _sidecar?.Spec.InboundConnectionPool;

    /// <summary>The ports the workload serves, when they are stated instead of derived from services.</summary>
    public ImmutableArray<SidecarIngress> Ingress => _sidecar?.Spec.Ingress ?? [];

    /// <summary>Where the workload calls out: listeners of stated ports, then one for all others. Never empty.</summary>
    public ImmutableArray<EgressListener> Egress { get; }

    /// <summary>The services of its egress hosts, and those that a VirtualService for such a host leads to; oldest first.</summary>
    public ServiceScope Scope { get; }

    /// <summary>The VirtualServices that route its calls.</summary>
    public BoundVirtualServices VirtualServices { get; }

    private ImmutableArray<MeshService> Exported { get; }

    public static EffectiveSidecar For(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        var own = snapshot.Objects.Sidecars.Where(sidecar => sidecar.Metadata.Namespace == @namespace).ToList();
        var applying = own.FirstOrDefault(sidecar => sidecar.Spec.WorkloadSelector.IsStated() && sidecar.Spec.WorkloadSelector.Selects(labels))
            ?? own.FirstOrDefault(sidecar => !sidecar.Spec.WorkloadSelector.IsStated())
            ?? snapshot.Objects.Sidecars.FirstOrDefault(sidecar => sidecar.Metadata.Namespace == snapshot.Mesh.RootNamespace && !sidecar.Spec.WorkloadSelector.IsStated());
        return snapshot.Derived(new Key(applying, @namespace), key => new EffectiveSidecar(snapshot, key.Sidecar, key.Namespace));
    }

    object IFollowsEndpoints.After(MeshSnapshot snapshot, IReadOnlyDictionary<MeshService, MeshService> replaced) => new EffectiveSidecar(this, snapshot, replaced);

    /// <summary>True when one of its hosts, in its namespace, is among the egress hosts; always without egress hosts.</summary>
    public bool Imports(VirtualService virtualService) => ImportsEverything || Egress.Any(egress => egress.Imports(virtualService));

    /// <summary>The listener that serves a port: one stated for it, else the one for all others; null when there is none.</summary>
    public EgressListener? EgressFor(int port) => Egress.FirstOrDefault(egress => egress.Port?.Number == port && !egress.IsSocket) ?? Egress.FirstOrDefault(egress => egress.Port is null);

    /// <summary>The listener at a Unix domain socket, given as unix:// with its path; null when there is none.</summary>
    public EgressListener? EgressAt(string socket) => Egress.FirstOrDefault(egress => egress.IsSocket && egress.Port is not null && egress.Bind == socket);

    private ImmutableArray<MeshService> VisibleServices()
    {
        if (ImportsEverything)
        {
            return Egress[0].Services;
        }

        var listedHosts = Egress.SelectMany(egress => egress.Services).Select(service => service.Host).ToHashSet();
        var destinations = Egress.Select(egress => (Egress: egress, Hosts: DestinationsOf(egress))).ToList();
        return HostOwners.Of(
            Exported.Select(service => Trim(service, destinations, isListed: listedHosts.Contains(service.Host))).OfType<MeshService>(), _namespace);
    }

    /// <summary>The service with the ports that its callers reach: of listeners that list it, and of those whose VirtualServices lead to it; null when there are none.</summary>
    private static MeshService? Trim(MeshService service, List<(EgressListener Egress, HashSet<string> Hosts)> destinations, bool isListed)
    {
        var ways = destinations.Where(way => way.Egress.Lists(service) || (!isListed && way.Hosts.Contains(service.Host))).Select(way => way.Egress).ToList();
        var ports = service.Ports.Where(port => ways.Exists(egress => egress.Serves(port))).ToImmutableArray();
        return ports.Length == service.Ports.Length && ways.Count > 0 ? service : ports.Length > 0 ? service with { Ports = ports } : null;
    }

    private HashSet<string> DestinationsOf(EgressListener egress)
    {
        var hosts = new HashSet<string>();
        foreach (var virtualService in BoundVirtualServices.Of(_snapshot, _namespace, RouteContext.MeshGateway).All.Where(egress.Imports))
        {
            var own = virtualService.Metadata.Namespace ?? "";
            hosts.UnionWith(DestinationsOf(virtualService).Select(destination => Hostname.Resolve(destination.Host, own)));
        }

        return hosts;
    }

    private static IEnumerable<Destination> DestinationsOf(VirtualService virtualService) =>
        virtualService.Spec.Http.SelectMany(route => route.Route.Select(target => target.Destination).Concat(route.Mirrors.Select(mirror => mirror.Destination)).Append(route.Mirror).OfType<Destination>())
            .Concat(virtualService.Spec.Tcp.SelectMany(route => route.Route).Select(target => target.Destination))
            .Concat(virtualService.Spec.Tls.SelectMany(route => route.Route).Select(target => target.Destination));

    private BoundVirtualServices Bound() => BoundVirtualServices.Of(_snapshot, _namespace, RouteContext.MeshGateway).Within(this);

    private sealed record Key(Sidecar? Sidecar, string Namespace)
    {
        public bool Equals(Key? other) => other is not null && ReferenceEquals(Sidecar, other.Sidecar) && Namespace == other.Namespace;

        public override int GetHashCode() => HashCode.Combine(Sidecar?.Metadata.Name, Namespace);
    }
}
