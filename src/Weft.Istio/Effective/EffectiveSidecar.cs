using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>
/// The Sidecar that applies to a workload: its namespace's with a matching selector, else its namespace's without one, else the root namespace's; one, never
/// several. It says which hosts the workload sees and what becomes of others. Egress listeners with a port of their own and ingress are not read yet.
/// </summary>
public sealed class EffectiveSidecar
{
    private readonly Sidecar? _sidecar;
    private readonly string _namespace;
    private readonly MeshSnapshot _snapshot;

    private EffectiveSidecar(MeshSnapshot snapshot, Sidecar? sidecar, string @namespace)
    {
        _snapshot = snapshot;
        _sidecar = sidecar;
        _namespace = @namespace;
    }

    public bool AllowsAnyOutbound => _sidecar?.Spec.OutboundTrafficPolicy?.AllowsAny ?? _snapshot.Mesh.AllowsAnyOutbound;

    public ConnectionPoolSettings? InboundConnectionPool => _sidecar?.Spec.InboundConnectionPool;

    public static EffectiveSidecar For(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        var own = snapshot.Objects.Sidecars.Where(sidecar => sidecar.Metadata.Namespace == @namespace).ToList();
        var applying = own.FirstOrDefault(sidecar => sidecar.Spec.WorkloadSelector.IsStated() && sidecar.Spec.WorkloadSelector.Selects(labels))
            ?? own.FirstOrDefault(sidecar => !sidecar.Spec.WorkloadSelector.IsStated())
            ?? snapshot.Objects.Sidecars.FirstOrDefault(sidecar => sidecar.Metadata.Namespace == snapshot.Mesh.RootNamespace && !sidecar.Spec.WorkloadSelector.IsStated());
        return new EffectiveSidecar(snapshot, applying, @namespace);
    }

    /// <summary>The services of its egress hosts, and those that a VirtualService for such a host leads to.</summary>
    public ImmutableArray<MeshService> Visible()
    {
        var exported = _snapshot.Services.Where(service => service.IsVisibleIn(_namespace));
        if (_sidecar is not { Spec.Egress.Length: > 0 })
        {
            return [.. exported];
        }

        var destinations = Destinations();
        return [.. exported.Where(service => Imports(service.Namespace, service.Host) || destinations.Contains(service.Host))];
    }

    /// <summary>True when one of its hosts, in its namespace, is among the egress hosts; always without egress hosts.</summary>
    public bool Imports(VirtualService virtualService)
    {
        var own = virtualService.Metadata.Namespace ?? "";
        return _sidecar is not { Spec.Egress.Length: > 0 } || virtualService.Spec.Hosts.Any(host => Imports(own, Hostname.Resolve(host, own)));
    }

    private HashSet<string> Destinations()
    {
        var hosts = new HashSet<string>();
        foreach (var virtualService in _snapshot.Objects.VirtualServices.Where(item => EffectiveRoutes.IsVisible(_snapshot, item, _namespace)))
        {
            if (Imports(virtualService))
            {
                var own = virtualService.Metadata.Namespace ?? "";
                hosts.UnionWith(virtualService.Spec.Http.SelectMany(route => route.Route).Select(route => Hostname.Resolve(route.Destination.Host, own)));
                hosts.UnionWith(virtualService.Spec.Tcp.SelectMany(route => route.Route).Select(route => Hostname.Resolve(route.Destination.Host, own)));
            }
        }

        return hosts;
    }

    private bool Imports(string @namespace, string host) => _sidecar!.Spec.Egress.Any(egress => egress.Hosts.Any(entry => Covers(entry, @namespace, host))); // called only with one

    private bool Covers(string entry, string @namespace, string host)
    {
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var ofNamespace = slash < 0 ? "*" : entry[..slash];
        return ofNamespace != "~"
            && (ofNamespace == "*" || (ofNamespace == "." ? _namespace : ofNamespace) == @namespace)
            && Hostname.IsSubsetOf(host, entry[(slash + 1)..]);
    }
}
