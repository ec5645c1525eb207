using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Endpoints;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Names;
using Weft.ControlPlane.Generation.Proxyless;
using Weft.ControlPlane.Generation.Routes;
using Weft.ControlPlane.Generation.Secrets;
using Weft.Istio.Snapshot;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

/// <summary>A resource ready to send; the hash tells whether a proxy has it already.</summary>
internal sealed record ProxyResource(string Name, Any Content, string Hash)
{
    public static ProxyResource Of(string name, IMessage message)
    {
        var content = Any.Pack(message);
        return new ProxyResource(name, content, Convert.ToHexString(SHA256.HashData(content.Value.Span)));
    }
}

/// <summary>The resources of one proxy in one snapshot, generated when asked for and kept.</summary>
internal sealed class ProxyResources
{
    /// <summary>Up to so many changed hosts names are compared with each.</summary>
    private const int FewHosts = 8;

    private readonly Dictionary<string, List<ProxyResource>> _all;
    private readonly Dictionary<string, ProxyResource?> _routes;

    private readonly CredentialStore _credentials;
    private HashSet<string>? _endpointNames;
    private List<ProxyResource>? _endpoints;
    private List<ProxyResource>? _endpointsBefore;
    private List<ProxyResource>? _changedEndpoints;
    private IReadOnlyCollection<string>? _changedHosts;

    /// <param name="credentials">The secrets that the proxy may have; empty when it may have none.</param>
    public ProxyResources(ProxyView view, CredentialStore credentials)
        : this(view, credentials, [], [])
    {
    }

    private ProxyResources(ProxyView view, CredentialStore credentials, Dictionary<string, List<ProxyResource>> all, Dictionary<string, ProxyResource?> routes)
    {
        View = view;
        _credentials = credentials;
        _all = all;
        _routes = routes;
    }

    public ProxyView View { get; }

    /// <summary>The resources in a later snapshot of the same shape: what does not depend on endpoints is kept.</summary>
    public ProxyResources WithEndpointsOf(MeshSnapshot snapshot, CredentialStore credentials) => View.After(snapshot) is { } view
        ? new ProxyResources(view, credentials, _all, _routes) { _endpointsBefore = _endpoints, _endpointNames = _endpointNames, _changedHosts = snapshot.HostsChangedSince(View.Snapshot) }
        : new ProxyResources(new ProxyView(snapshot, View.Node), credentials);

    /// <summary>What differs between two lists of one type, the first of which these resources or those before them gave; null when that is not known.</summary>
    public IReadOnlyList<ProxyResource>? ChangedSince(IReadOnlyList<ProxyResource>? seen, IReadOnlyList<ProxyResource> now) =>
        ReferenceEquals(seen, now) ? []
        : seen is not null && ReferenceEquals(seen, _endpointsBefore) && ReferenceEquals(now, _endpoints) ? _changedEndpoints
        : null;

    /// <summary>What a subscription covers, in a stable order; null for a type that this control plane does not serve.</summary>
    public IReadOnlyList<ProxyResource>? Of(Subscription subscription) => Of(subscription.TypeUrl, subscription.IsWildcard, subscription.Names);

    public IReadOnlyList<ProxyResource>? Of(string typeUrl, bool isWildcard, HashSet<string> names) => typeUrl switch
    {
        TypeUrls.Cluster => Selected(typeUrl, isWildcard, names, Clusters),
        TypeUrls.Listener => Selected(typeUrl, isWildcard, names, Listeners),
        TypeUrls.NameTable => Selected(typeUrl, isWildcard, names, NameTable),
        TypeUrls.Endpoint => Endpoints(names),
        TypeUrls.Route => Named(names, Route),
        TypeUrls.Secret => Named(names, Secret),
        _ => null,
    };

    private IEnumerable<ProxyResource> Clusters() => View.Node.IsProxyless
        ? ProxylessGenerator.Clusters(View).Select(cluster => ProxyResource.Of(cluster.Name, cluster))
        : ClusterGenerator.Of(View).Select(cluster => Shared(cluster.Name, cluster));

    private IEnumerable<ProxyResource> Listeners() => View.Node.IsProxyless
        ? ProxylessGenerator.Listeners(View).Select(listener => ProxyResource.Of(listener.Name, listener))
        : ListenerGenerator.Of(View).Select(listener => ProxyResource.Of(listener.Name, listener));

    private IEnumerable<ProxyResource> NameTable() => [ProxyResource.Of("", NameTableGenerator.Of(View))];

    /// <summary>After a change of a few services the rest is taken from before without being looked at again.</summary>
    /// <param name="names">The same set as before when no other names are asked for.</param>
    private List<ProxyResource> Endpoints(HashSet<string> names)
    {
        if (_endpoints is null || !ReferenceEquals(names, _endpointNames))
        {
            _endpoints = _endpointsBefore is { } before && _changedHosts is { Count: <= FewHosts } changed && ReferenceEquals(names, _endpointNames)
                ? ChangedEndpoints(before, changed)
                : Named(names, Endpoint);
            _endpointNames = names;
        }

        return _endpoints;
    }

    private List<ProxyResource> ChangedEndpoints(List<ProxyResource> before, IReadOnlyCollection<string> hosts)
    {
        _changedEndpoints = [];
        List<ProxyResource> after = [.. before];
        foreach (var host in hosts)
        {
            for (var index = 0; index < before.Count; index++)
            {
                if (before[index].Name.EndsWith(host, StringComparison.Ordinal))
                {
                    after[index] = Endpoint(before[index].Name);
                    _changedEndpoints.Add(after[index]);
                }
            }
        }

        return after;
    }

    private ProxyResource Endpoint(string name) => Shared(name, EndpointGenerator.Of(View, name));

    /// <summary>Proxies share clusters, endpoints and routes: each message is packed once.</summary>
    private ProxyResource Shared(string name, IMessage message) => View.Shared.Packed(message, content => ProxyResource.Of(name, content));

    private ProxyResource? Route(string name)
    {
        if (!_routes.TryGetValue(name, out var route))
        {
            var generated = View.Node.IsProxyless ? ProxylessGenerator.Route(View, name) : RouteGenerator.Of(View, name);
            route = generated is null ? null : Shared(name, generated);
            _routes.Add(name, route);
        }

        return route;
    }

    /// <summary>The roots of a policy, a gateway's credential of its own namespace, or one of another that a listener of the Gateway API was granted.</summary>
    private ProxyResource? Secret(string name) =>
        CredentialName.Parse(name, View.Node.Namespace) is { } credential
        && (credential.IsPublic || credential.Secret.Namespace == View.Node.Namespace || View.Snapshot.GatewayApi.MayPresent(View.Node.Namespace, credential.Certificate))
        && SecretGenerator.Of(credential, _credentials) is { } secret
            ? ProxyResource.Of(name, secret)
            : null;

    private List<ProxyResource> Selected(string typeUrl, bool isWildcard, HashSet<string> names, Func<IEnumerable<ProxyResource>> generate)
    {
        if (!_all.TryGetValue(typeUrl, out var all))
        {
            all = [.. generate().OrderBy(resource => resource.Name, StringComparer.Ordinal)];
            _all[typeUrl] = all;
        }

        return isWildcard ? all : [.. all.Where(resource => names.Contains(resource.Name))];
    }

    private static List<ProxyResource> Named(HashSet<string> names, Func<string, ProxyResource?> generate)
    {
        var resources = new List<ProxyResource>();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (generate(name) is { } resource)
            {
                resources.Add(resource);
            }
        }

        return resources;
    }
}
