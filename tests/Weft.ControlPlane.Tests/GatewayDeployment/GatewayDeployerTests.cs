using System.Text.Json.Nodes;
using Weft.ControlPlane.Fakes;

namespace Weft.ControlPlane.GatewayDeployment;

public sealed class GatewayDeployerTests
{
    private const string Gateways = "apis/gateway.networking.k8s.io/v1/gateways";
    private const string Deployments = "apis/apps/v1/deployments";
    private const string Services = "api/v1/services";
    private const string Accounts = "api/v1/serviceaccounts";

    [Fact]
    public async Task A_gateway_becomes_a_deployment_a_service_and_an_account_that_come_back()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        Put(mesh, "edge", """{"gatewayClassName":"istio","listeners":[{"name":"web","port":80,"protocol":"HTTP"}]}""");

        var service = await mesh.WhenAsync(Services, "travel-agency", "edge-istio", _ => true, cancellationToken);
        Assert.Equal("uid-of-edge", $"{service["metadata"]!["ownerReferences"]![0]!["uid"]}");
        Assert.NotNull(mesh.Api.Get(Deployments, "travel-agency", "edge-istio"));
        Assert.NotNull(mesh.Api.Get(Accounts, "travel-agency", "edge-istio"));

        mesh.Api.Delete(Services, "travel-agency", "edge-istio");
        await mesh.WhenAsync(Services, "travel-agency", "edge-istio", _ => true, cancellationToken);

        Put(mesh, "edge", """{"gatewayClassName":"istio","listeners":[{"name":"web","port":81,"protocol":"HTTP"}]}""");
        await mesh.WhenAsync(Services, "travel-agency", "edge-istio", item => $"{item["spec"]!["ports"]![1]!["port"]}" == "81", cancellationToken);
    }

    [Fact]
    public async Task What_goes_with_its_gateway_does_not_come_back()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        Put(mesh, "edge", """{"gatewayClassName":"istio","listeners":[{"name":"web","port":80,"protocol":"HTTP"}]}""");
        await mesh.WhenAsync(Services, "travel-agency", "edge-istio", _ => true, cancellationToken);

        // As the garbage collector does: the control plane may hear of the Service first.
        mesh.Api.Delete(Gateways, "travel-agency", "edge");
        mesh.Api.Delete(Services, "travel-agency", "edge-istio");
        Put(mesh, "next", """{"gatewayClassName":"istio","listeners":[{"name":"web","port":80,"protocol":"HTTP"}]}""");
        await mesh.WhenAsync(Services, "travel-agency", "next-istio", _ => true, cancellationToken);

        Assert.Null(mesh.Api.Get(Services, "travel-agency", "edge-istio"));
    }

    [Fact]
    public async Task What_is_not_its_own_stays_untouched_and_other_classes_are_not_deployed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.Api.Put(Deployments, "travel-agency", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"edge-istio","uid":"theirs"},"spec":{"replicas":3}}""")!);
        Put(mesh, "waypoint", """{"gatewayClassName":"istio-waypoint","listeners":[{"name":"mesh","port":15008,"protocol":"HBONE"}]}""");
        Put(mesh, "bound", """{"gatewayClassName":"istio","addresses":[{"type":"Hostname","value":"istio-ingressgateway"}],"listeners":[{"name":"web","port":80,"protocol":"HTTP"}]}""");
        Put(mesh, "tuned", """{"gatewayClassName":"istio","infrastructure":{"parametersRef":{"group":"","kind":"ConfigMap","name":"tuning"}},"listeners":[{"name":"web","port":80,"protocol":"HTTP"}]}""");
        Put(mesh, "edge", """{"gatewayClassName":"istio","listeners":[{"name":"web","port":80,"protocol":"HTTP"}]}""");

        await mesh.WhenAsync(Services, "travel-agency", "edge-istio", _ => true, cancellationToken);

        Assert.Equal("theirs", $"{mesh.Api.Get(Deployments, "travel-agency", "edge-istio")!["metadata"]!["uid"]}");
        Assert.All(mesh.Api.Applied, applied => Assert.EndsWith(" edge-istio", applied, StringComparison.Ordinal));
        await mesh.WhenAsync(Gateways, "travel-agency", "tuned", item => $"{item["status"]?["conditions"]?[0]?["reason"]}" == "InvalidParameters", cancellationToken);
    }

    private static void Put(TestMesh mesh, string name, string spec) => mesh.Api.Put(Gateways, "travel-agency", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["uid"] = $"uid-of-{name}" },
        ["spec"] = JsonNode.Parse(spec),
    });
}
