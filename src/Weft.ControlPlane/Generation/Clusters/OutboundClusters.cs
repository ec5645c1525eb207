using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Generation.Endpoints;
using Weft.ControlPlane.Generation.Listeners;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Effective;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;
using DynamicForwardProxyCluster = Envoy.Extensions.Clusters.DynamicForwardProxy.V3.ClusterConfig;

namespace Weft.ControlPlane.Generation.Clusters;

/// <summary>The cluster of one service port, for callers.</summary>
internal static class OutboundClusters
{
    private static readonly string[] s_alpn = ["istio-peer-exchange", "istio"];
    private static readonly string[] s_http2OnlyAlpn = ["h2"];
    private static readonly string[] s_http2Alpn = ["istio-peer-exchange", "istio", "h2"];

    /// <summary>
    /// The cluster of the service port and one for each subset. A cluster whose stated TLS cannot be set up is left out: calls to it fail, none goes out unprotected.
    /// </summary>
    public static IEnumerable<Cluster> Of(ProxyView view, MeshService service, MeshServicePort port)
    {
        var rule = view.RuleFor(service);
        var isResolvedByProxy = service.Resolution is ServiceResolution.Dns or ServiceResolution.DnsRoundRobin;
        var key = new ClusterKey(port.Number, rule, view.Node.Type, isResolvedByProxy ? view.Node.ClusterId : "", isResolvedByProxy ? view.Viewpoint : null);
        return view.Shared.Clusters(service, key, () => Make(view, service, port, rule));
    }

    private static List<Cluster> Make(ProxyView view, MeshService service, MeshServicePort port, EffectiveDestinationRule? rule)
    {
        Subset?[] subsets = [null, .. rule?.Subsets ?? []];
        return [.. subsets.Select(subset => Of(view, service, port, rule, subset)).OfType<Cluster>()];
    }

    private static Cluster? Of(ProxyView view, MeshService service, MeshServicePort port, EffectiveDestinationRule? rule, Subset? subset)
    {
        var policy = rule?.PolicyOf(port.Number, subset) ?? DestinationPolicy.None;
        var name = ClusterNames.Outbound(port.Number, subset?.Name ?? "", service.Host);
        var cluster = new Cluster
        {
            Name = name,
            AltStatName = $"{StatNames.Of(view.Mesh.OutboundClusterStatName, name, service, port.Number, port.Name, subset?.Name ?? "")};",
            CommonLbConfig = new(),
            CircuitBreakers = ClusterParts.Unlimited(),
            Filters = { ClusterParts.MetadataExchange() },
            Metadata = ClusterParts.ServiceMetadata(service, rule, subset),
        };
        if (service.Resolution == ServiceResolution.DynamicDns)
        {
            return Dynamic(cluster, view, service, port, subset, policy);
        }

        SetDiscovery(cluster, view, service, port, subset, policy);
        if (cluster.LoadAssignment is { Endpoints.Count: 0 })
        {
            // No name to resolve, as of a subset that no endpoint belongs to.
            return null;
        }

        ClusterPolicies.ApplyConnectionPool(cluster, view.Mesh, policy.ConnectionPool, policy.RetryBudget);
        ClusterPolicies.ApplyProtocol(cluster, view.Mesh, port.Protocol, policy.ConnectionPool, outbound: true, detects: view.Node.Type == ProxyType.Sidecar);
        ClusterPolicies.ApplyOutlierDetection(cluster, policy.OutlierDetection, service.TellsUnready);
        PersistentSessions.Apply(cluster, service);
        if (!SetTransport(cluster, new UpstreamTls(view, service, port, subset, policy)))
        {
            return null;
        }

        ClusterPolicies.ApplyProxyProtocol(cluster, policy.ProxyProtocol);
        return cluster;
    }

    /// <summary>For AUTO_PASSTHROUGH gateways: the TLS of the client goes on to the endpoints, so that the cluster speaks none of its own.</summary>
    public static IEnumerable<Cluster> ByServerName(ProxyView view, MeshService service, MeshServicePort port)
    {
        foreach (var cluster in Make(view, service, port, view.RuleFor(service)))
        {
            if (ClusterNames.TryParseOutbound(cluster.Name, out var parts))
            {
                cluster.Name = ClusterNames.ServerName(parts.Port, parts.Subset, parts.Host);
                cluster.AltStatName = $"{cluster.Name};";
                cluster.TransportSocket = null;
                cluster.TransportSocketMatches.Clear();
                if (cluster.EdsClusterConfig is { } discovery)
                {
                    discovery.ServiceName = cluster.Name;
                }

                yield return cluster;
            }
        }
    }

    /// <summary>
    /// The proxy resolves whatever name of the wildcard host a request or a handshake states. Null when the TLS that is asked for cannot be set up. Where the server's
    /// certificate is not to be looked at, Envoy wants to be told that for such a cluster.
    /// </summary>
    private static Cluster? Dynamic(Cluster cluster, ProxyView view, MeshService service, MeshServicePort port, Subset? subset, DestinationPolicy policy)
    {
        cluster.CommonLbConfig = null;
        cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
        cluster.ClusterType = new()
        {
            Name = "envoy.clusters.dynamic_forward_proxy",
            TypedConfig = new DynamicForwardProxyCluster
            {
                DnsCacheConfig = DnsDiscovery.CacheOf(service.Host),
                AllowInsecureClusterOptions = policy.Tls is { Mode: "SIMPLE" or "MUTUAL", InsecureSkipVerify: true },
            }.Pack(),
        };
        cluster.Metadata.FilterMetadata["istio"].Fields.Remove("services");
        ClusterPolicies.ApplyConnectionPool(cluster, view.Mesh, policy.ConnectionPool, policy.RetryBudget);
        return SetTransport(cluster, new UpstreamTls(view, service, port, subset, policy)) ? cluster : null;
    }

    private static void SetDiscovery(Cluster cluster, ProxyView view, MeshService service, MeshServicePort port, Subset? subset, DestinationPolicy policy)
    {
        ClusterPolicies.ApplyLocality(cluster, EffectiveLocality.For(view.Mesh, policy.LoadBalancer, service), policy.OutlierDetection is not null);
        if (view.ResolutionOf(service) == ServiceResolution.Passthrough || policy.LoadBalancer?.Simple == "PASSTHROUGH")
        {
            cluster.Type = Cluster.Types.DiscoveryType.OriginalDst;
            cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
            if (service is { Registry: ServiceRegistry.External, Resolution: ServiceResolution.Passthrough } && port.TargetPort > 0)
            {
                cluster.OriginalDstLbConfig = new() { UpstreamPortOverride = (uint)port.TargetPort };
            }

            return;
        }

        ClusterPolicies.ApplyLoadBalancer(cluster, policy.LoadBalancer);
        if (service.Resolution is ServiceResolution.Dns or ServiceResolution.DnsRoundRobin)
        {
            cluster.Type = service.Resolution == ServiceResolution.Dns ? Cluster.Types.DiscoveryType.StrictDns : Cluster.Types.DiscoveryType.LogicalDns;
            DnsDiscovery.Apply(cluster, view.Mesh);
            cluster.LoadAssignment = EndpointGenerator.Of(view, service, port, subset);
            return;
        }

        cluster.Type = Cluster.Types.DiscoveryType.Eds;
        cluster.EdsClusterConfig = new() { EdsConfig = EnvoyShapes.AdsSource(), ServiceName = cluster.Name };
    }

    /// <summary>The mode of the DestinationRule; without one, mutual TLS by itself inside the mesh. False: what the rule asks for cannot be done.</summary>
    private static bool SetTransport(Cluster cluster, UpstreamTls tls)
    {
        switch (tls.Policy.Tls)
        {
            case null:
                SetUnstatedTransport(cluster, tls);
                return true;
            case { Mode: null or "" or "DISABLE" }:
                return true;
            case { Mode: "ISTIO_MUTUAL" }:
                cluster.TransportSocket = tls.Socket();
                return true;
            case { Mode: "SIMPLE" or "MUTUAL" } stated when stated.IsFromFiles || stated.IsFromConfigMap || (tls.TakesCredentials && !stated.IsFromNowhere):
                cluster.TransportSocket = tls.StatedSocket(stated);
                ClusterParts.DeriveServerName(cluster, stated, isDynamic: tls.Service.Resolution == ServiceResolution.DynamicDns);
                return true;
            default:
                return false;
        }
    }

    private static void SetUnstatedTransport(Cluster cluster, UpstreamTls tls)
    {
        if (tls.View.Mesh.AutoMtls && !tls.Service.IsExternal && EffectiveTls.OfNamespace(tls.View.Snapshot, tls.Service.Namespace) != MutualTlsMode.Disable)
        {
            AddAutomaticMutualTls(cluster, tls);
        }
    }

    /// <summary>Mutual TLS for the endpoints that say they take it. Where callers choose the endpoint it is for all of them or, if one takes none, for none.</summary>
    private static void AddAutomaticMutualTls(Cluster cluster, UpstreamTls tls)
    {
        var isChosenByCaller = tls.Service.Resolution == ServiceResolution.Passthrough || tls.Policy.LoadBalancer?.Simple == "PASSTHROUGH";
        if (isChosenByCaller && !AllAcceptMutualTls(tls.Service, tls.Port))
        {
            return;
        }

        if (cluster.Type == Cluster.Types.DiscoveryType.OriginalDst)
        {
            cluster.TransportSocket = tls.Socket();
            return;
        }

        cluster.TransportSocketMatches.Add(new Cluster.Types.TransportSocketMatch
        {
            Name = "tlsMode-istio",
            Match = EnvoyShapes.StructOf(("tlsMode", Value.ForString("istio"))),
            TransportSocket = tls.Socket(),
        });
        cluster.TransportSocketMatches.Add(new Cluster.Types.TransportSocketMatch
        {
            Name = "tlsMode-disabled",
            Match = new Struct(),
            TransportSocket = TlsContexts.Plaintext(),
        });
    }

    private static bool AllAcceptMutualTls(MeshService service, MeshServicePort port)
    {
        var endpoints = service.EndpointsOf(port).ToList();
        return endpoints.Count > 0 && endpoints.TrueForAll(endpoint => endpoint.AcceptsMutualTls);
    }

    /// <summary>The TLS a cluster speaks with Istio's own certificates.</summary>
    private sealed record UpstreamTls(ProxyView View, MeshService Service, MeshServicePort Port, Subset? Subset, DestinationPolicy Policy)
    {
        /// <summary>Credentials are for gateways, and for the proxies that a rule selects: every other one would ask for a secret that is not its own.</summary>
        public bool TakesCredentials => View.Node.Type == ProxyType.Router || View.RuleFor(Service)?.HasSelector == true;

        private bool IsHttp2 => ClusterPolicies.IsHttp2(View.Mesh, Port.Protocol, Policy.ConnectionPool?.Http);

        public TransportSocket Socket() => TlsContexts.Upstream(
            Policy.Tls?.Sni is { Length: > 0 } sni ? sni : ClusterNames.ServerName(Port.Number, Subset?.Name ?? "", Service.Host),
            Policy.Tls is { SubjectAltNames.Length: > 0 } stated ? stated.SubjectAltNames : ServiceIdentities.Of(View, Service, Port),
            IsHttp2 ? s_http2Alpn : s_alpn);

        public TransportSocket StatedSocket(ClientTlsSettings stated) => TlsContexts.UpstreamStated(
            View.Mesh,
            stated,
            stated.SubjectAltNames.Length > 0 ? stated.SubjectAltNames : Service.Registry == ServiceRegistry.External ? ServiceIdentities.Of(View, Service, Port) : [],
            IsHttp2 ? s_http2OnlyAlpn : []);
    }
}
