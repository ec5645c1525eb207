using Envoy.Config.Endpoint.V3;
using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Fakes;
using Weft.Xds;

namespace Weft.ControlPlane.Distribution;

public sealed class DeltaSessionTests
{
    private const string Cars = "outbound|8000||cars.travel-agency.svc.cluster.local";
    private const string Hotels = "outbound|8000||hotels.travel-agency.svc.cluster.local";

    [Fact]
    public async Task A_wildcard_gives_everything_then_only_what_changed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var delta = await DeltaTestStream.OpenAsync(mesh, cancellationToken);

        var first = await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster });
        Assert.Contains(Cars, first.Resources.Select(resource => resource.Name));
        Assert.Empty(first.RemovedResources);
        await delta.AcknowledgeAsync(first);

        mesh.AddService("travel-agency", "hotels", "http", 8000, "127.1.0.9", 8000);
        var second = await delta.ReadAsync();

        Assert.Equal((TypeUrls.Cluster, Hotels), (second.TypeUrl, Assert.Single(second.Resources).Name));
    }

    [Fact]
    public async Task What_is_gone_is_named()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        mesh.AddService("travel-agency", "hotels", "http", 8000, "127.1.0.9", 8000);
        await using var delta = await DeltaTestStream.OpenAsync(mesh, cancellationToken);
        await delta.AcknowledgeAsync(await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNamesSubscribe = { "*" } }));

        mesh.Api.Delete("api/v1/services", "travel-agency", "hotels");
        var pushed = await delta.ReadAsync();

        Assert.Empty(pushed.Resources);
        Assert.Equal([Hotels], pushed.RemovedResources);
    }

    [Fact]
    public async Task A_reconnecting_proxy_is_sent_only_what_it_does_not_have()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        DeltaDiscoveryResponse known;
        await using (var before = await DeltaTestStream.OpenAsync(mesh, cancellationToken))
        {
            known = await before.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster });
        }

        await using var delta = await DeltaTestStream.OpenAsync(mesh, cancellationToken);
        var request = new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster };
        foreach (var resource in known.Resources)
        {
            request.InitialResourceVersions[resource.Name] = resource.Name == Cars ? "another" : resource.Version;
        }

        request.InitialResourceVersions["outbound|1||gone"] = "1";
        var answer = await delta.AskAsync(request);

        Assert.Equal(Cars, Assert.Single(answer.Resources).Name);
        Assert.Equal(["outbound|1||gone"], answer.RemovedResources);
    }

    [Fact]
    public async Task A_name_is_subscribed_and_let_go_one_by_one_and_unknown_names_are_removed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var delta = await DeltaTestStream.OpenAsync(mesh, cancellationToken);

        var first = await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNamesSubscribe = { Cars } });
        Assert.Equal(Cars, Assert.Single(first.Resources).Name);
        var second = await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNamesSubscribe = { "outbound|1||nowhere" }, ResponseNonce = first.Nonce });
        Assert.Equal(["outbound|1||nowhere"], second.RemovedResources);
        var again = await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNamesSubscribe = { Cars } });
        Assert.Equal(Cars, Assert.Single(again.Resources).Name);

        await delta.SendAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNamesUnsubscribe = { Cars } });
        Assert.Equal(TypeUrls.Listener, (await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Listener })).TypeUrl);
    }

    [Fact]
    public async Task A_name_let_go_that_the_wildcard_covers_is_answered()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var delta = await DeltaTestStream.OpenAsync(mesh, cancellationToken);
        await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNamesSubscribe = { "*", Cars } });

        var answer = await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster, ResourceNamesUnsubscribe = { Cars } });

        Assert.Equal(Cars, Assert.Single(answer.Resources).Name);
    }

    [Fact]
    public async Task An_endpoint_change_pushes_that_assignment_alone()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        mesh.AddService("travel-agency", "hotels", "http", 8000, "127.1.0.9", 8000);
        await using var delta = await DeltaTestStream.OpenAsync(mesh, cancellationToken);
        await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster });
        await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Endpoint, ResourceNamesSubscribe = { Cars, Hotels } });

        mesh.SetEndpoint("travel-agency", "cars", "http", "127.1.0.8", 8000);
        var pushed = await delta.ReadAsync();

        Assert.Equal((TypeUrls.Endpoint, Cars), (pushed.TypeUrl, Assert.Single(pushed.Resources).Name));
        Assert.Equal("127.1.0.8", pushed.Resources[0].Resource_.Unpack<ClusterLoadAssignment>().Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress.Address);
    }

    [Fact]
    public async Task A_refusal_shows_in_the_sync_status_and_is_not_sent_again()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.7", 8000);
        await using var delta = await DeltaTestStream.OpenAsync(mesh, cancellationToken);
        var clusters = await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Cluster });
        await delta.SendAsync(new DeltaDiscoveryRequest
        {
            TypeUrl = TypeUrls.Cluster,
            ResponseNonce = clusters.Nonce,
            ErrorDetail = new Google.Rpc.Status { Code = 13, Message = "no such filter" },
        });

        Assert.Equal(TypeUrls.Listener, (await delta.AskAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.Listener })).TypeUrl);
        var status = mesh.ControlPlane.Discovery.Connections.Single().Status.Types[TypeUrls.Cluster];
        Assert.Equal((SyncState.Error, "no such filter"), (status.State, status.Error));
    }
}

/// <summary>An incremental stream of a sidecar in travel-agency, on the plaintext port.</summary>
internal sealed class DeltaTestStream(GrpcTestClient client, GrpcTestStream<DeltaDiscoveryResponse> stream, CancellationToken cancellationToken) : IAsyncDisposable
{
    private bool _introduced;

    public static async Task<DeltaTestStream> OpenAsync(TestMesh mesh, CancellationToken cancellationToken)
    {
        while (mesh.ControlPlane.Pushes.Current.Snapshot.Services.Length < mesh.Api.Count("api/v1/services"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }

        var client = new GrpcTestClient(new Uri($"http://{mesh.Plaintext}"));
        return new DeltaTestStream(client, await client.OpenAsync(AdsServer.DeltaMethod, DeltaDiscoveryResponse.Parser, cancellationToken), cancellationToken);
    }

    public ValueTask SendAsync(DeltaDiscoveryRequest request)
    {
        request.Node = _introduced ? null : AdsTestStream.Sidecar("default");
        _introduced = true;
        return stream.WriteAsync(request, cancellationToken);
    }

    public async Task<DeltaDiscoveryResponse> ReadAsync() => await stream.ReadAsync(cancellationToken) ?? throw new InvalidOperationException($"stream ended: {stream.Status()}");

    public async Task<DeltaDiscoveryResponse> AskAsync(DeltaDiscoveryRequest request)
    {
        await SendAsync(request);
        var response = await ReadAsync();
        Assert.Equal(request.TypeUrl, response.TypeUrl);
        return response;
    }

    public ValueTask AcknowledgeAsync(DeltaDiscoveryResponse response) => SendAsync(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }
}
