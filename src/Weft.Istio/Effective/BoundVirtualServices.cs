using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>
/// The VirtualServices bound to one gateway (<c>mesh</c> or namespace/name) that proxies of a namespace see, in Istio's order: those private to the
/// namespace, those exported to it by name, the public ones; each group oldest first.
/// </summary>
public sealed class BoundVirtualServices
{
    private readonly Dictionary<string, VirtualService> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Host, VirtualService VirtualService)> _wildcards;
    private readonly List<(string Host, VirtualService VirtualService)> _ofConnections;
    private readonly ILookup<string, VirtualService> _naming;

    private BoundVirtualServices(ImmutableArray<VirtualService> all)
    {
        All = all;
        DependOnLabels = all.Any(item => item.Spec.Http.Any(route => route.Match.Any(match => match.SourceLabels.Count > 0)));
        var hosts = all.SelectMany(item => item.Spec.Hosts.Select(host => (Host: Hostname.Resolve(host, item.Metadata.Namespace ?? ""), VirtualService: item))).ToList();
        foreach (var (host, virtualService) in hosts.Where(entry => !Hostname.IsWildcard(entry.Host)))
        {
            _exact.TryAdd(host, virtualService);
        }

        _naming = hosts.Where(entry => !Hostname.IsWildcard(entry.Host)).ToLookup(entry => entry.Host, entry => entry.VirtualService, StringComparer.OrdinalIgnoreCase);
        _ofConnections = [.. hosts.Where(entry => entry.VirtualService.Spec.Tcp.Length + entry.VirtualService.Spec.Tls.Length > 0)];
        _wildcards = [.. hosts.Where(entry => Hostname.IsWildcard(entry.Host)).OrderByDescending(entry => entry.Host.Length)];
    }

    public ImmutableArray<VirtualService> All { get; }

    /// <summary>True when HTTP rules are for some clients only, by their labels.</summary>
    public bool DependOnLabels { get; }

    public static BoundVirtualServices Of(MeshSnapshot snapshot, string @namespace, string gateway) => snapshot.DerivedOfShape(
        new Key(@namespace, gateway),
        key => new BoundVirtualServices([.. snapshot.VirtualServices
            .Where(item => EffectiveRoutes.GatewaysOf(item).Contains(key.Gateway) && EffectiveRoutes.IsVisible(snapshot, item, key.Namespace))
            .OrderBy(item => Rank(snapshot, item, key.Namespace))]));

    /// <summary>Those that a Sidecar imports.</summary>
    public BoundVirtualServices Within(EffectiveSidecar scope) => scope.ImportsEverything ? this : new BoundVirtualServices([.. All.Where(scope.Imports)]);

    /// <summary>The one for calls to a host: the most specific host that covers it, of equals the first. Null when none does.</summary>
    public VirtualService? For(string host)
    {
        if (_exact.TryGetValue(host, out var exact))
        {
            return exact;
        }

        foreach (var (wildcard, virtualService) in _wildcards)
        {
            if (Hostname.IsSubsetOf(host, wildcard))
            {
                return virtualService;
            }
        }

        return null;
    }

    /// <summary>Those with the host itself among theirs, in order.</summary>
    public IEnumerable<VirtualService> Naming(string host) => _naming[host];

    /// <summary>Those with rules for connections (TCP, TLS) to a host, in order: unlike rules for HTTP, the rules of all of them count.</summary>
    public IEnumerable<VirtualService> ForConnections(string host) =>
        _ofConnections.Where(entry => Hostname.Matches(entry.Host, host)).Select(entry => entry.VirtualService).Distinct(ReferenceEqualityComparer.Instance).Cast<VirtualService>();

    private static int Rank(MeshSnapshot snapshot, VirtualService virtualService, string @namespace)
    {
        var targets = virtualService.Spec.ExportTo.Length > 0 ? virtualService.Spec.ExportTo : snapshot.Mesh.DefaultVirtualServiceExportTo;
        return targets.IsEmpty || targets.Contains("*") ? 2 : virtualService.Metadata.Namespace == @namespace ? 0 : 1;
    }

    private sealed record Key(string Namespace, string Gateway);
}
