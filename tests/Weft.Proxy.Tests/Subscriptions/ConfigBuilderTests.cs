using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using AdsConfig = Envoy.Config.Core.V3.ConfigSource;
using Filter = Envoy.Config.Listener.V3.Filter;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Tls;
using Weft.Xds;

namespace Weft.Proxy.Subscriptions;

/// <summary>What a proxy keeps of what it was sent: all that its listeners and clusters name, and nothing else.</summary>
public sealed class ConfigBuilderTests : IDisposable
{
    private readonly ConfigBuilder _builder = new(TimeProvider.System, new SecretStore([]));

    public void Dispose() => _builder.Dispose();

    [Fact]
    public void Routes_go_with_the_last_listener_that_names_them()
    {
        Take(TypeUrls.Listener, ListenerWith("80"), ListenerWith("81"));
        Take(TypeUrls.Route, new RouteConfiguration { Name = "80" }, new RouteConfiguration { Name = "81" });
        Assert.Equal(["80", "81"], Build().Routes.Keys.Order());

        Take(TypeUrls.Listener, ListenerWith("80"));
        Assert.Equal(["80"], Build().Routes.Keys);
        Assert.Equal(["80"], _builder.RouteNames);

        // Nothing is left of what it once had: it waits for its routes as at first.
        Take(TypeUrls.Listener, ListenerWith("80"), ListenerWith("81"));
        Assert.Single(Build().Listeners.ByName);
        Assert.Equal(1, _builder.WarmingListeners);
    }

    [Fact]
    public void Routes_stay_while_a_listener_serves_whose_successor_waits_for_others()
    {
        Take(TypeUrls.Listener, ListenerWith("80"));
        Take(TypeUrls.Route, new RouteConfiguration { Name = "80" });
        Build();

        Take(TypeUrls.Listener, ListenerWith("81", named: "0.0.0.0_80"));
        Assert.Equal(["80"], Build().Routes.Keys);
        Assert.Equal(["80", "81"], _builder.RouteNames);

        Take(TypeUrls.Route, new RouteConfiguration { Name = "81" });
        Assert.Equal(["81"], Build().Routes.Keys);
        Assert.Equal(["81"], _builder.RouteNames);
    }

    [Fact]
    public void Endpoints_go_with_their_cluster()
    {
        Take(TypeUrls.Cluster, ClusterWith("a"), ClusterWith("b"));
        Take(TypeUrls.Endpoint, new ClusterLoadAssignment { ClusterName = "a" }, new ClusterLoadAssignment { ClusterName = "b" });
        Assert.Equal(["a", "b"], Build().Clusters.Keys.Order());

        Take(TypeUrls.Cluster, ClusterWith("a"));
        Assert.Equal(["a"], Build().Clusters.Keys);

        Take(TypeUrls.Cluster, ClusterWith("a"), ClusterWith("b"));
        Assert.Equal(["a"], Build().Clusters.Keys);
        Assert.Equal(1, _builder.WarmingClusters);
    }

    [Fact]
    public void A_cluster_that_comes_back_begins_anew()
    {
        Take(TypeUrls.Cluster, ClusterWith("a"));
        Take(TypeUrls.Endpoint, new ClusterLoadAssignment { ClusterName = "a" });
        var first = Build().Clusters["a"].State;
        Take(TypeUrls.Cluster);
        Build();

        Take(TypeUrls.Cluster, ClusterWith("a"));
        Take(TypeUrls.Endpoint, new ClusterLoadAssignment { ClusterName = "a" });
        Assert.NotSame(first, Build().Clusters["a"].State);
    }

    private void Take(string typeUrl, params IMessage[] resources) => Assert.Null(_builder.Apply(typeUrl, [.. resources.Select(Any.Pack)]));

    private ProxyConfig Build()
    {
        var config = _builder.Build(_ => null);
        _builder.ForgetUnused();
        return config;
    }

    private static Cluster ClusterWith(string name) => new()
    {
        Name = name,
        Type = Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = new AdsConfig { Ads = new AggregatedConfigSource() } },
    };

    private static Listener ListenerWith(string routes, string? named = null) => new()
    {
        Name = named ?? $"0.0.0.0_{routes}",
        Address = new Address { SocketAddress = new SocketAddress { Address = "0.0.0.0", PortValue = uint.Parse(routes, System.Globalization.CultureInfo.InvariantCulture) } },
        FilterChains =
        {
            new FilterChain
            {
                Filters =
                {
                    new Filter
                    {
                        Name = "envoy.filters.network.http_connection_manager",
                        TypedConfig = Any.Pack(new HttpConnectionManager
                        {
                            StatPrefix = routes,
                            Rds = new Rds { RouteConfigName = routes, ConfigSource = new AdsConfig { Ads = new AggregatedConfigSource() } },
                            HttpFilters =
                            {
                                new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Any.Pack(new Envoy.Extensions.Filters.Http.Router.V3.Router()) },
                            },
                        }),
                    },
                },
            },
        },
    };
}
