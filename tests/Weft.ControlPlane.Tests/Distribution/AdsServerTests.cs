using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Fakes;
using Weft.Xds.Grpc;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

public sealed class AdsServerTests
{
    private const string CarsCluster = "outbound|8000||cars.travel-agency.svc.cluster.local";

    [Fact]
    public async Task A_sidecar_gets_clusters_endpoints_listeners_and_routes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);

        var clusters = await ads.AskAsync(TypeUrls.Cluster);
        Assert.Contains(CarsCluster, clusters.Resources.Select(any => any.Unpack<Envoy.Config.Cluster.V3.Cluster>().Name));
        var endpoints = await ads.AskAsync(TypeUrls.Endpoint, CarsCluster);
        Assert.Equal("127.1.0.7", AddressOf(endpoints));
        var listeners = await ads.AskAsync(TypeUrls.Listener);
        Assert.Contains("0.0.0.0_8000", listeners.Resources.Select(any => any.Unpack<Envoy.Config.Listener.V3.Listener>().Name));
        var routes = await ads.AskAsync(TypeUrls.Route, "8000");
        Assert.Equal("8000", routes.Resources.Single().Unpack<Envoy.Config.Route.V3.RouteConfiguration>().Name);
        var names = await ads.AskAsync(TypeUrls.NameTable);
        Assert.Contains("cars.travel-agency.svc.cluster.local", names.Resources.Single().Unpack<global::Istio.Networking.Nds.V1.NameTable>().Table.Keys);
    }

    [Fact]
    public async Task A_changed_endpoint_pushes_endpoints_and_nothing_else()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AcknowledgeAsync(await ads.AskAsync(TypeUrls.Cluster));
        await ads.AcknowledgeAsync(await ads.AskAsync(TypeUrls.Endpoint, CarsCluster), CarsCluster);
        await ads.AcknowledgeAsync(await ads.AskAsync(TypeUrls.Listener));

        mesh.SetEndpoint("travel-agency", "cars", "http", "127.1.0.8", 8000);
        var pushed = await ads.ReadAsync();

        Assert.Equal(TypeUrls.Endpoint, pushed.TypeUrl);
        Assert.Equal("127.1.0.8", AddressOf(pushed));
    }

    [Fact]
    public async Task A_new_service_pushes_clusters_first()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AcknowledgeAsync(await ads.AskAsync(TypeUrls.Route, "8000"), "8000");
        await ads.AcknowledgeAsync(await ads.AskAsync(TypeUrls.Cluster));

        mesh.AddService("travel-agency", "hotels", "http", 8000, "127.1.0.9", 8000);

        Assert.Equal(TypeUrls.Cluster, (await ads.ReadAsync()).TypeUrl);
        Assert.Equal(TypeUrls.Route, (await ads.ReadAsync()).TypeUrl);
    }

    [Fact]
    public async Task A_refused_response_is_not_sent_again_and_shows_in_the_sync_status()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        var clusters = await ads.AskAsync(TypeUrls.Cluster);
        await ads.RefuseAsync(clusters, "no such filter");

        Assert.Equal(TypeUrls.Listener, (await ads.AskAsync(TypeUrls.Listener)).TypeUrl);
        var status = mesh.ControlPlane.Discovery.Connections.Single().Status.Types[TypeUrls.Cluster];
        Assert.Equal((SyncState.Error, "no such filter"), (status.State, status.Error));
    }

    [Fact]
    public async Task A_stale_nonce_is_not_answered()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AskAsync(TypeUrls.Cluster);
        await ads.SendAsync(new DiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResponseNonce = "of another stream", ResourceNames = { "*" } });

        Assert.Equal(TypeUrls.Listener, (await ads.AskAsync(TypeUrls.Listener)).TypeUrl);
    }

    [Fact]
    public async Task A_second_name_sent_before_the_first_answer_is_answered_too()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        mesh.AddService("travel-agency", "hotels", "http", 8000, "127.1.0.9", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        var hotels = CarsCluster.Replace("cars", "hotels");
        await ads.SendAsync(new DiscoveryRequest { Node = ads.Node, TypeUrl = TypeUrls.Cluster, ResourceNames = { CarsCluster } });
        await ads.SendAsync(new DiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNames = { CarsCluster, hotels } });

        var names = new HashSet<string>();
        while (names.Count < 2)
        {
            names.UnionWith((await ads.ReadAsync()).Resources.Select(any => any.Unpack<Envoy.Config.Cluster.V3.Cluster>().Name));
        }

        Assert.Equal([CarsCluster, hotels], names.Order());
    }

    [Theory]
    [InlineData("", "missing node information")]
    [InlineData("nonsense", "missing parts in the service node 'nonsense'")]
    public async Task A_node_without_identity_is_an_invalid_argument(string id, string expected)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        using var client = new GrpcTestClient(new Uri($"http://{mesh.Plaintext}"));
        var (_, status, message) = await client.UnaryAsync(
            AdsServer.Method, new DiscoveryRequest { Node = new Node { Id = id }, TypeUrl = TypeUrls.Cluster }, DiscoveryResponse.Parser, cancellationToken);

        Assert.Equal((GrpcStatusCode.InvalidArgument, expected), (status, message));
    }

    [Theory]
    [InlineData(null, GrpcStatusCode.Unauthenticated)]
    [InlineData("other:cars", GrpcStatusCode.PermissionDenied)]
    public async Task The_secure_port_serves_only_the_workload_itself(string? token, GrpcStatusCode expected)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        using var client = new GrpcTestClient(mesh.Secure, mesh.ControlPlane.RootCertificatePem, token);
        var request = new DiscoveryRequest { Node = AdsTestStream.Sidecar("cars"), TypeUrl = TypeUrls.Cluster };
        var (_, status, _) = await client.UnaryAsync(AdsServer.Method, request, DiscoveryResponse.Parser, cancellationToken);

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task Debug_pages_tell_what_is_known()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.AcknowledgeAsync(await ads.AskAsync(TypeUrls.Cluster));
        using var http = new HttpClient { BaseAddress = mesh.Debug };

        Assert.Equal("1.30.1", await http.GetStringAsync("/version", cancellationToken));
        Assert.Contains("cars.travel-agency.svc.cluster.local", await http.GetStringAsync("/debug/registryz", cancellationToken));
        Assert.Contains("127.1.0.7", await http.GetStringAsync("/debug/endpointz", cancellationToken));
        Assert.Contains("\"proxy\":\"client.travel-agency\"", await http.GetStringAsync("/debug/syncz", cancellationToken));
        Assert.Contains("outbound|8000||cars", await http.GetStringAsync("/debug/config_dump?proxyID=client.travel-agency", cancellationToken));
        Assert.Contains("pilot_xds_pushes{type=\"cds\"}", await http.GetStringAsync("/metrics", cancellationToken));
    }

    private static string AddressOf(DiscoveryResponse endpoints) =>
        endpoints.Resources.Single().Unpack<ClusterLoadAssignment>().Endpoints.Single().LbEndpoints.Single().Endpoint.Address.SocketAddress.Address;
}

/// <summary>A stream of a sidecar in travel-agency, on the plaintext port.</summary>
internal sealed class AdsTestStream(GrpcTestClient client, GrpcTestStream<DiscoveryResponse> stream, CancellationToken cancellationToken) : IAsyncDisposable
{
    public Node Node { get; init; } = Sidecar("default");

    public static Node Sidecar(string account) => new()
    {
        Id = "sidecar~127.1.0.5~client.travel-agency~travel-agency.svc.cluster.local",
        Metadata = new Struct { Fields = { ["SERVICE_ACCOUNT"] = Value.ForString(account), ["NAMESPACE"] = Value.ForString("travel-agency") } },
    };

    public static Task<AdsTestStream> OpenAsync(TestMesh mesh, CancellationToken cancellationToken) => OpenAsync(mesh, Sidecar("default"), cancellationToken);

    public static async Task<AdsTestStream> OpenAsync(TestMesh mesh, Node node, CancellationToken cancellationToken)
    {
        // What was put before is in the snapshot that the stream sees first.
        while (mesh.ControlPlane.Pushes.Current.Snapshot.Services.Length < mesh.Api.Count("api/v1/services"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }

        var client = new GrpcTestClient(new Uri($"http://{mesh.Plaintext}"));
        return new AdsTestStream(client, await client.OpenAsync(AdsServer.Method, DiscoveryResponse.Parser, cancellationToken), cancellationToken) { Node = node };
    }

    public ValueTask SendAsync(DiscoveryRequest request) => stream.WriteAsync(request, cancellationToken);

    public async Task<DiscoveryResponse> ReadAsync() => await stream.ReadAsync(cancellationToken) ?? throw new InvalidOperationException($"stream ended: {stream.Status()}");

    public async Task<DiscoveryResponse> AskAsync(string type, params string[] names)
    {
        await SendAsync(new DiscoveryRequest { Node = Node, TypeUrl = type, ResourceNames = { names } });
        var response = await ReadAsync();
        Assert.Equal(type, response.TypeUrl);
        return response;
    }

    public ValueTask AcknowledgeAsync(DiscoveryResponse response, params string[] names) => SendAsync(new DiscoveryRequest
    {
        TypeUrl = response.TypeUrl,
        VersionInfo = response.VersionInfo,
        ResponseNonce = response.Nonce,
        ResourceNames = { names },
    });

    public ValueTask RefuseAsync(DiscoveryResponse response, string reason) => SendAsync(new DiscoveryRequest
    {
        TypeUrl = response.TypeUrl,
        ResponseNonce = response.Nonce,
        ErrorDetail = new Google.Rpc.Status { Code = 13, Message = reason },
    });

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }
}
