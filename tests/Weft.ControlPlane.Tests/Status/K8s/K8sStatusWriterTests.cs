using System.Text.Json.Nodes;
using Weft.ControlPlane.Fakes;

namespace Weft.ControlPlane.Status.K8s;

public sealed class K8sStatusWriterTests
{
    private const string Classes = "apis/gateway.networking.k8s.io/v1/gatewayclasses";
    private const string Gateways = "apis/gateway.networking.k8s.io/v1/gateways";
    private const string HttpRoutes = "apis/gateway.networking.k8s.io/v1/httproutes";
    private const string OtherController = """{"controllerName":"example.com/other","parentRef":{"name":"theirs"},"conditions":[]}""";

    [Fact]
    public async Task A_gateway_is_programmed_once_its_pods_are_there()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        PutGateway(mesh);
        var status = await StatusAsync(mesh, Gateways, "edge", status => Condition(status, "Programmed")?["status"]?.ToString() == "False", cancellationToken);
        Assert.Equal("AddressNotUsable", $"{Condition(status, "Programmed")!["reason"]}");
        Assert.Equal("True", $"{Condition(status, "Accepted")!["status"]}");
        Assert.False(status.ContainsKey("addresses"));

        mesh.AddService("travel-agency", "door", "http", 80, "127.1.0.9", 8080);
        status = await StatusAsync(mesh, Gateways, "edge", status => Condition(status, "Programmed")?["status"]?.ToString() == "True", cancellationToken);
        Assert.Equal("door.travel-agency.svc.cluster.local", $"{status["addresses"]![0]!["value"]}");
        Assert.Equal("3", $"{Condition(status, "Programmed")!["observedGeneration"]}");
    }

    [Fact]
    public async Task What_says_what_it_should_is_not_written_again()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.Api.Put(Classes, null, (JsonObject)JsonNode.Parse("""{"metadata":{"name":"istio","generation":1},"spec":{"controllerName":"istio.io/gateway-controller"}}""")!);
        mesh.AddService("travel-agency", "door", "http", 80, "127.1.0.9", 8080);
        PutGateway(mesh);
        PutRoute(mesh, "cars", """[{"name":"edge"}]""");
        await StatusAsync(mesh, HttpRoutes, "cars", _ => true, cancellationToken);
        await StatusAsync(mesh, Gateways, "edge", status => $"{status["listeners"]?[0]?["attachedRoutes"]}" == "1", cancellationToken);
        await mesh.WhenAsync(Classes, null, "istio", item => $"{item["status"]?["conditions"]?[0]?["type"]}" == "Accepted", cancellationToken);

        await mesh.RestartAsync(cancellationToken);
        var written = mesh.Api.Patches;
        PutRoute(mesh, "last", """[{"name":"edge","sectionName":"none"}]""");
        var refused = await StatusAsync(mesh, HttpRoutes, "last", _ => true, cancellationToken);

        Assert.Equal(written + 1, mesh.Api.Patches);
        Assert.Equal("NoMatchingParent", $"{Condition(refused["parents"]![0]!.AsObject(), "Accepted")!["reason"]}");
    }

    [Fact]
    public async Task What_other_controllers_say_stays_and_what_no_longer_is_goes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        PutGateway(mesh);
        PutRoute(mesh, "cars", """[{"name":"edge"},{"name":"theirs"}]""", $$"""{"parents":[{{OtherController}}]}""");
        var status = await StatusAsync(mesh, HttpRoutes, "cars", status => status["parents"]!.AsArray().Count == 2, cancellationToken);
        Assert.Equal(["example.com/other", "istio.io/gateway-controller"], status["parents"]!.AsArray().Select(parent => $"{parent!["controllerName"]}"));
        Assert.Equal("BackendNotFound", $"{Condition(status["parents"]![1]!.AsObject(), "ResolvedRefs")!["reason"]}");

        mesh.Api.Delete(Gateways, "travel-agency", "edge");
        status = await StatusAsync(mesh, HttpRoutes, "cars", status => status["parents"]!.AsArray().Count == 1, cancellationToken);
        Assert.Equal(OtherController, status["parents"]![0]!.ToJsonString());
    }

    private static void PutGateway(TestMesh mesh) => mesh.Api.Put(Gateways, "travel-agency", (JsonObject)JsonNode.Parse("""
        {"metadata":{"name":"edge","generation":3},
         "spec":{"gatewayClassName":"istio","addresses":[{"type":"Hostname","value":"door"}],"listeners":[{"name":"web","port":80,"protocol":"HTTP"}]}}
        """)!);

    private static void PutRoute(TestMesh mesh, string name, string parents, string? status = null) => mesh.Api.Put(HttpRoutes, "travel-agency", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["generation"] = 1 },
        ["spec"] = new JsonObject { ["parentRefs"] = JsonNode.Parse(parents), ["rules"] = JsonNode.Parse("""[{"backendRefs":[{"name":"cars","port":8000}]}]""") },
        ["status"] = status is null ? null : JsonNode.Parse(status),
    });

    private static JsonObject? Condition(JsonObject status, string type) =>
        (status["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(condition => condition["type"]?.ToString() == type);

    private static async Task<JsonObject> StatusAsync(TestMesh mesh, string collection, string name, Func<JsonObject, bool> reached, CancellationToken cancellationToken) =>
        (await mesh.WhenAsync(collection, "travel-agency", name, item => item["status"] is JsonObject status && reached(status), cancellationToken))["status"]!.AsObject();
}
