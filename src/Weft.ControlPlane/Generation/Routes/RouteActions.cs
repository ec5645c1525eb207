using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Envoy.Type.V3;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using HttpRoute = Weft.Istio.Networking.HttpRoute;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>Where a rule's requests go, and how often and how long it is tried.</summary>
internal static class RouteActions
{
    public static RouteAction Of(ProxyView view, VirtualService virtualService, HttpRoute source, int listenerPort)
    {
        var action = new RouteAction { Timeout = (source.Timeout ?? TimeSpan.Zero).ToDuration() };
        DefaultRoutes.LimitGrpc(action, source.Timeout ?? TimeSpan.Zero);
        Rewrite(action, source, view.Headers.TellsHost);
        var @namespace = virtualService.Metadata.Namespace ?? "";
        var destinations = source.Route.Length == 1 ? source.Route : [.. source.Route.Where(destination => destination.Weight > 0)];
        if (source.Route.Length == 1)
        {
            action.Cluster = OfRequests(view, destinations[0].Destination, @namespace, listenerPort);
        }
        else
        {
            action.WeightedClusters = new WeightedCluster();
            action.WeightedClusters.Clusters.Add(destinations.Select(destination => Weighted(view, destination, @namespace, listenerPort)));
        }

        var hashes = destinations.Select(destination => HashPolicies.ForDestination(view, Hostname.Resolve(destination.Destination.Host, @namespace), destination.Destination)).ToList();
        action.HashPolicy.Add(hashes.SelectMany(HashPolicies.Of));
        // With several destinations istiod does not ask whether one of them hashes.
        action.RetryPolicy = Retries.Of(source.Retries ?? view.Mesh.DefaultHttpRetryPolicy, hashes: source.Route.Length == 1 && hashes[0] is not null);
        Mirror(action, view, source, @namespace, listenerPort);
        return action;
    }

    /// <summary>
    /// The named port, else the only port of the service, else the port the client used. A destination without a host is a backend that may not be used; one that is
    /// only another name of a service means that.
    /// </summary>
    public static string ClusterOf(ProxyView view, Destination destination, string @namespace, int listenerPort)
    {
        if (destination.Host.Length == 0)
        {
            return ClusterNames.Unknown;
        }

        var host = Hostname.Resolve(destination.Host, @namespace);
        return ClusterNames.Outbound(PortOf(view, destination, @namespace, listenerPort), destination.Subset ?? "", view.HostBehind(host));
    }

    /// <summary>Of requests: what a sidecar's listener takes goes on to the same port where no other is named, whichever ports the destination has.</summary>
    private static string OfRequests(ProxyView view, Destination destination, string @namespace, int listenerPort)
    {
        var keepsPort = view.Node.Type == ProxyType.Sidecar && listenerPort != OutboundVirtualHosts.EveryPort && destination.Port is not { Number: > 0 };
        return ClusterOf(view, keepsPort ? destination with { Port = new PortSelector { Number = listenerPort } } : destination, @namespace, listenerPort);
    }

    private static int PortOf(ProxyView view, Destination destination, string @namespace, int listenerPort)
    {
        if (destination.Port is { Number: > 0 } port)
        {
            return port.Number;
        }

        return view.Service(Hostname.Resolve(destination.Host, @namespace)) is { Ports: [var only] } ? only.Number : listenerPort;
    }

    private static WeightedCluster.Types.ClusterWeight Weighted(ProxyView view, HttpRouteDestination destination, string @namespace, int listenerPort)
    {
        var cluster = new WeightedCluster.Types.ClusterWeight
        {
            Name = OfRequests(view, destination.Destination, @namespace, listenerPort),
            Weight = (uint)destination.Weight,
        };
        if (HeaderMutations.Authority(destination.Headers) is { } authority)
        {
            cluster.HostRewriteLiteral = authority;
        }

        HeaderMutations.Apply(cluster, destination.Headers);
        return cluster;
    }

    private static void Rewrite(RouteAction action, HttpRoute source, bool tellsHost)
    {
        if (source.Rewrite is { UriRegexRewrite: { } regex })
        {
            action.RegexRewrite = new RegexMatchAndSubstitute { Pattern = new RegexMatcher { Regex = regex.Match }, Substitution = regex.Rewrite };
        }
        else if (source.Rewrite is { Uri.Length: > 0 } rewrite)
        {
            action.PrefixRewrite = rewrite.Uri;
        }

        var only = source.Route.Length == 1 ? source.Route[0].Headers : null;
        var authority = source.Rewrite?.Authority is { Length: > 0 } stated ? stated : HeaderMutations.Authority(source.Headers) ?? HeaderMutations.Authority(only);
        if (authority is not null)
        {
            action.HostRewriteLiteral = authority;
            action.AppendXForwardedHost = tellsHost;
        }
    }

    private static void Mirror(RouteAction action, ProxyView view, HttpRoute source, string @namespace, int listenerPort)
    {
        if (source.Mirror is { } single)
        {
            var share = source.MirrorPercentage is { } percentage ? Faults.OfMillion(percentage) : new FractionalPercent { Numerator = source.MirrorPercent ?? 100 };
            AddMirror(action, OfRequests(view, single, @namespace, listenerPort), share);
        }

        foreach (var mirror in source.Mirrors)
        {
            var share = mirror.Percentage is { } percentage ? Faults.OfMillion(percentage) : new FractionalPercent { Numerator = 100 };
            AddMirror(action, OfRequests(view, mirror.Destination, @namespace, listenerPort), share);
        }
    }

    private static void AddMirror(RouteAction action, string cluster, FractionalPercent share)
    {
        if (share.Numerator > 0)
        {
            action.RequestMirrorPolicies.Add(new RouteAction.Types.RequestMirrorPolicy
            {
                Cluster = cluster,
                RuntimeFraction = new() { DefaultValue = share },
                TraceSampled = false,
                DisableShadowHostSuffixAppend = true,
            });
        }
    }
}
