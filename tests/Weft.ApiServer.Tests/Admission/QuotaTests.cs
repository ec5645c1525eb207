using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Admission;

/// <summary>ResourceQuotas hold a namespace; the words are kube-apiserver's.</summary>
public sealed class QuotaTests
{
    private const string Namespace = "/api/v1/namespaces/default";

    [Fact]
    public async Task Objects_beyond_the_count_are_refused_until_there_is_room()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await QuotaAsync(server, """{"hard":{"configmaps":"2","count/secrets":"0"}}""");

        // One is there from the start: the cluster's root certificate.
        Assert.Equal(201, (await server.SendAsync("POST", $"{Namespace}/configmaps", """{"metadata":{"name":"a"}}""")).Code);
        Assert.Equal("configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2", await RefusalAsync(server, "configmaps", """{"metadata":{"name":"b"}}"""));
        Assert.Equal("secrets \"s\" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=0, limited: count/secrets=0", await RefusalAsync(server, "secrets", """{"metadata":{"name":"s"}}"""));
        await server.SendAsync("DELETE", $"{Namespace}/configmaps/a");
        Assert.Equal(201, (await server.SendAsync("POST", $"{Namespace}/configmaps", """{"metadata":{"name":"b"}}""")).Code);
    }

    [Fact]
    public async Task Pods_must_state_what_is_held_and_stay_within_it()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await QuotaAsync(server, """{"hard":{"requests.cpu":"1","limits.memory":"1Gi","pods":"5"}}""");

        Assert.Equal("pods \"a\" is forbidden: failed quota: q: must specify limits.memory for: a; requests.cpu for: a", await RefusalAsync(server, "pods", Pod("a", "{}")));
        Assert.Equal(201, (await server.SendAsync("POST", $"{Namespace}/pods", Pod("a", """{"requests":{"cpu":"600m"},"limits":{"memory":"512Mi"}}"""))).Code);
        Assert.Equal(
            "pods \"b\" is forbidden: exceeded quota: q, requested: limits.memory=768Mi,requests.cpu=500m, used: limits.memory=512Mi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1",
            await RefusalAsync(server, "pods", Pod("b", """{"requests":{"cpu":"500m"},"limits":{"memory":"768Mi"}}""")));
    }

    [Fact]
    public async Task Objects_of_other_groups_and_services_are_counted()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await QuotaAsync(server, """{"hard":{"count/virtualservices.networking.istio.io":"0","services.loadbalancers":"0"}}""");

        var (code, body) = await server.SendAsync("POST", "/apis/networking.istio.io/v1/namespaces/default/virtualservices", """{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"v"},"spec":{"hosts":["a"]}}""");
        Assert.Equal(403, code);
        Assert.StartsWith("virtualservices.networking.istio.io \"v\" is forbidden: exceeded quota: q, requested: count/virtualservices.networking.istio.io=1, ", body["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("services \"s\" is forbidden: exceeded quota: q, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0", await RefusalAsync(server, "services", """{"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]}}"""));
    }

    [Fact]
    public async Task A_quota_with_a_scope_holds_the_pods_in_it()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await QuotaAsync(server, """{"hard":{"pods":"0"},"scopes":["BestEffort"]}""");

        Assert.StartsWith("pods \"a\" is forbidden: exceeded quota: q", await RefusalAsync(server, "pods", Pod("a", "{}")), StringComparison.Ordinal);
        Assert.Equal(201, (await server.SendAsync("POST", $"{Namespace}/pods", Pod("a", """{"requests":{"cpu":"1m"}}"""))).Code);
    }

    [Fact]
    public async Task The_status_tells_what_is_used()
    {
        await using var server = await RunningServer.StartAsync();
        await QuotaAsync(server, """{"hard":{"pods":"5","requests.memory":"1Gi"}}""");
        await server.SendAsync("POST", $"{Namespace}/pods", Pod("a", """{"requests":{"memory":"100Mi"}}"""));

        while (true)
        {
            var (_, quota) = await server.SendAsync("GET", $"{Namespace}/resourcequotas/q");
            if (quota["status"]?.ToJsonString() == """{"hard":{"pods":"5","requests.memory":"1Gi"},"used":{"pods":"1","requests.memory":"100Mi"}}""") return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task QuotaAsync(RunningServer server, string spec) =>
        Assert.Equal(201, (await server.SendAsync("POST", $"{Namespace}/resourcequotas", $$$"""{"metadata":{"name":"q"},"spec":{{{spec}}}}""")).Code);

    private static async Task<string> RefusalAsync(RunningServer server, string plural, string item)
    {
        var (code, body) = await server.SendAsync("POST", $"{Namespace}/{plural}", item);
        Assert.Equal(403, code);
        return body["message"]!.ToString();
    }

    private static string Pod(string name, string resources) => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = name, ["image"] = "a", ["resources"] = JsonNode.Parse(resources) }) },
    }.ToJsonString();
}
