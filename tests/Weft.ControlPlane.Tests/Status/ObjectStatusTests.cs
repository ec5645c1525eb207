using System.Text.Json.Nodes;
using Envoy.Service.Discovery.V3;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Fakes;
using Weft.Xds;

namespace Weft.ControlPlane.Status;

public sealed class ObjectStatusTests
{
    private const string VirtualServices = "apis/networking.istio.io/v1/virtualservices";
    private const string EnvoyFilters = "apis/networking.istio.io/v1alpha3/envoyfilters";
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_unreadable_object_is_told_so_in_its_status_and_after_its_repair_no_longer()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        Put(mesh, "cars", """{"hosts":"cars"}""");
        var status = await WhenAsync(mesh, VirtualServices, "cars", status => IstioStatus.HasProblem(status), cancellationToken);
        var condition = Assert.Single(status["conditions"]!.AsArray())!;
        Assert.Equal(("Reconciled", "False", "Unreadable"), ($"{condition["type"]}", $"{condition["status"]}", $"{condition["reason"]}"));
        Assert.Contains("hosts", $"{condition["message"]}", StringComparison.Ordinal);
        Assert.Equal("""[{"type":{"name":"SchemaValidationError","code":"IST0106"},"level":"ERROR","documentationUrl":"https://istio.io/latest/docs/reference/config/analysis/ist0106/"}]""", status["validationMessages"]!.ToJsonString());

        var written = mesh.Api.Patches;
        await Task.Delay(StatusWriter.Interval + StatusWriter.Interval, TimeProvider.System, cancellationToken);
        Assert.Equal(written, mesh.Api.Patches);

        await mesh.RestartAsync(cancellationToken);
        Put(mesh, "cars", """{"hosts":["cars"]}""", status);
        status = await WhenAsync(mesh, VirtualServices, "cars", status => $"{status?["conditions"]?[0]?["status"]}" == "True", cancellationToken);
        Assert.Null(status["validationMessages"]);
    }

    [Fact]
    public async Task What_no_proxy_acts_on_says_so()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.Api.Put(EnvoyFilters, "travel-agency", (JsonObject)JsonNode.Parse("""{"apiVersion":"networking.istio.io/v1alpha3","kind":"EnvoyFilter","metadata":{"name":"lua"},"spec":{}}""")!);
        var status = await WhenAsync(mesh, EnvoyFilters, "lua", status => IstioStatus.HasProblem(status), cancellationToken);
        Assert.Equal("NotEnforced", $"{status["conditions"]![0]!["reason"]}");
        Assert.Equal("WARNING", $"{status["validationMessages"]![0]!["level"]}");
    }

    [Fact]
    public void Other_conditions_stay_and_what_is_said_already_is_not_written()
    {
        var problem = ObjectProblem.Unreadable("no", "nothing");
        var healthy = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Healthy", ["status"] = "True" }) };
        Assert.Null(IstioStatus.Patch(null, null, 1, s_now));
        Assert.Null(IstioStatus.Patch(healthy, null, 1, s_now));

        var said = IstioStatus.Patch(healthy, problem, 3, s_now)!;
        Assert.Equal(["Healthy", "Reconciled"], said["conditions"]!.AsArray().Select(condition => $"{condition!["type"]}"));
        Assert.Equal("2026-11-21T18:00:00Z", $"{said["conditions"]![1]!["lastTransitionTime"]}");
        Assert.Null(IstioStatus.Patch(said, problem, 3, s_now.AddHours(1)));

        var later = IstioStatus.Patch(said, problem with { Message = "other" }, 4, s_now.AddHours(1))!;
        Assert.Equal("2026-11-21T18:00:00Z", $"{later["conditions"]![1]!["lastTransitionTime"]}");
        Assert.Equal("4", $"{later["conditions"]![1]!["observedGeneration"]}");

        var repaired = IstioStatus.Patch(later, null, 5, s_now.AddHours(2))!;
        Assert.True(repaired.ContainsKey("validationMessages"));
        Assert.Null(repaired["validationMessages"]);
        Assert.Equal("2026-11-21T20:00:00Z", $"{repaired["conditions"]![1]!["lastTransitionTime"]}");
    }

    [Fact]
    public async Task What_a_proxy_refuses_is_told_to_the_object_it_was_made_of()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.5", 8000);
        Put(mesh, "cars", """{"hosts":["cars"],"http":[{"route":[{"destination":{"host":"cars"}}],"timeout":"3s"}]}""");
        Put(mesh, "other", """{"hosts":["other.example"]}""");
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        var routes = await ads.AskAsync(TypeUrls.Route, "8000");
        await ads.SendAsync(new DiscoveryRequest
        {
            TypeUrl = TypeUrls.Route, ResponseNonce = routes.Nonce, ResourceNames = { "8000" }, ErrorDetail = new Google.Rpc.Status { Code = 3, Message = "8000: retry_on is unknown" },
        });
        var status = await WhenAsync(mesh, VirtualServices, "cars", status => IstioStatus.HasProblem(status), cancellationToken);
        Assert.Equal("ProxyRejected", $"{status["conditions"]![0]!["reason"]}");
        Assert.EndsWith("refusing route 8000, which this object is part of: 8000: retry_on is unknown", $"{status["conditions"]![0]!["message"]}", StringComparison.Ordinal);
        Assert.Null(mesh.Api.Get(VirtualServices, "travel-agency", "other")!["status"]);
    }

    [Theory]
    [InlineData("networking.istio.io", "ServiceEntry", """{"hosts":["api.example.com"],"location":"MESH_EXTERNAL","resolution":"DNS","ports":[{"number":443,"name":"tls","protocol":"TLS"}]}""",
        TypeUrls.Cluster, "outbound|443||api.example.com")]
    [InlineData("security.istio.io", "AuthorizationPolicy", """{"rules":[{"to":[{"operation":{"paths":["/cars"]}}]}]}""", TypeUrls.Listener, "virtualInbound")]
    [InlineData("security.istio.io", "RequestAuthentication", """{"jwtRules":[{"issuer":"https://issuer.example","jwks":"{\"keys\":[]}"}]}""", TypeUrls.Listener, "virtualInbound")]
    [InlineData("security.istio.io", "PeerAuthentication", """{"mtls":{"mode":"STRICT"}}""", TypeUrls.Listener, "virtualInbound")]
    [InlineData("telemetry.istio.io", "Telemetry", """{"tracing":[{"randomSamplingPercentage":10}]}""", TypeUrls.Listener, "virtualOutbound")]
    public async Task The_object_is_found_by_hosts_policies_and_issuers_too(string group, string kind, string spec, string type, string refused)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.5", 8000);
        var plural = kind.ToLowerInvariant();
        var collection = $"apis/{group}/v1/{(plural.EndsWith('y') ? $"{plural[..^1]}ies" : $"{plural}s")}";
        mesh.Api.Put(collection, "travel-agency", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "it" }, ["spec"] = JsonNode.Parse(spec) });
        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        await ads.RefuseAsync(await ads.AskAsync(type), $"{refused}: not understood");

        var status = await WhenAsync(mesh, collection, "it", status => IstioStatus.HasProblem(status), cancellationToken);

        Assert.Contains($"{refused}, which this object is part of", $"{status["conditions"]![0]!["message"]}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TypeUrls.Listener, "0.0.0.0_8080")]
    [InlineData(TypeUrls.Route, "http.8080")]
    public async Task A_gateway_is_told_of_what_its_proxy_refuses_of_its_servers(string type, string refused)
    {
        const string gateways = "apis/networking.istio.io/v1/gateways";
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.AddService("travel-agency", "cars", "http", 8000, "127.1.0.5", 8000);
        foreach (var (name, port) in new[] { ("edge", 8080), ("other", 9090) })
        {
            mesh.Api.Put(gateways, "travel-agency", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["spec"] = JsonNode.Parse($$$"""{"selector":{"istio":"edge"},"servers":[{"port":{"number":{{{port}}},"name":"http","protocol":"HTTP"},"hosts":["*"]}]}"""),
            });
        }

        await using var ads = await AdsTestStream.OpenAsync(mesh, cancellationToken);
        ads.Node.Id = "router~127.1.0.9~edge-1.travel-agency~travel-agency.svc.cluster.local";
        ads.Node.Metadata.Fields["LABELS"] = Google.Protobuf.WellKnownTypes.Value.ForStruct(new() { Fields = { ["istio"] = Google.Protobuf.WellKnownTypes.Value.ForString("edge") } });
        await ads.RefuseAsync(await (type == TypeUrls.Route ? ads.AskAsync(type, refused) : ads.AskAsync(type)), $"{refused}: not understood");

        var status = await WhenAsync(mesh, gateways, "edge", status => IstioStatus.HasProblem(status), cancellationToken);

        Assert.Contains($"{refused}, which this object is part of", $"{status["conditions"]![0]!["message"]}", StringComparison.Ordinal);
        Assert.Null(mesh.Api.Get(gateways, "travel-agency", "other")!["status"]);
    }

    private static void Put(TestMesh mesh, string name, string spec, JsonObject? status = null) => mesh.Api.Put(VirtualServices, "travel-agency", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = JsonNode.Parse(spec),
        ["status"] = status?.DeepClone(),
    });

    private static async Task<JsonObject> WhenAsync(TestMesh mesh, string collection, string name, Func<JsonObject?, bool> reached, CancellationToken cancellationToken) =>
        (await mesh.WhenAsync(collection, "travel-agency", name, item => item["status"] is JsonObject status && reached(status), cancellationToken))["status"]!.AsObject();
}
