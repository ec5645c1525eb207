using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Admission;

/// <summary>LimitRanges give and hold; the words are those of kube-apiserver's LimitRanger.</summary>
public sealed class LimitRangeTests
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Ranges = "/api/v1/namespaces/default/limitranges";

    [Fact]
    public async Task Containers_that_say_nothing_get_the_defaults_and_the_pod_tells_so()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await RangeAsync(server, """{"type":"Container","default":{"cpu":"500m","memory":"256Mi"},"defaultRequest":{"cpu":"100m"}}""");

        var (code, pod) = await server.SendAsync("POST", Pods, Pod("web", """{"limits":{"cpu":"1"}}"""));

        Assert.Equal(201, code);
        Assert.Equal("""{"limits":{"cpu":"1","memory":"256Mi"},"requests":{"cpu":"1","memory":"256Mi"}}""", pod["spec"]!["containers"]![0]!["resources"]!.ToJsonString());
        Assert.Equal("LimitRanger plugin set: memory request for container web; memory limit for container web", pod["metadata"]!["annotations"]!["kubernetes.io/limit-ranger"]!.ToString());
        Assert.Equal("Guaranteed", pod["status"]!["qosClass"]!.ToString());
    }

    [Theory]
    [InlineData("""{"type":"Container","max":{"cpu":"500m"}}""", """{"limits":{"cpu":"1"}}""", "maximum cpu usage per Container is 500m, but limit is 1")]
    [InlineData("""{"type":"Container","min":{"memory":"64Mi"}}""", """{"requests":{"memory":"32Mi"}}""", "minimum memory usage per Container is 64Mi, but request is 32Mi")]
    [InlineData("""{"type":"Pod","max":{"cpu":"500m"}}""", "{}", "maximum cpu usage per Pod is 500m.  No limit is specified")]
    [InlineData("""{"type":"Pod","min":{"cpu":"500m"}}""", "{}", "minimum cpu usage per Pod is 500m.  No request is specified")]
    [InlineData("""{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}""", """{"requests":{"cpu":"100m"},"limits":{"cpu":"1"}}""", "cpu max limit to request ratio per Container is 2, but provided ratio is 10.000000")]
    public async Task A_pod_out_of_bounds_is_refused(string limit, string resources, string message)
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await RangeAsync(server, limit);

        var (code, body) = await server.SendAsync("POST", Pods, Pod("web", resources));

        Assert.Equal(403, code);
        Assert.Equal($"pods \"web\" is forbidden: {message}", body["message"]!.ToString());
    }

    [Fact]
    public async Task A_claim_of_too_much_storage_is_refused()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await RangeAsync(server, """{"type":"PersistentVolumeClaim","max":{"storage":"10Gi"}}""");

        var (code, body) = await server.SendAsync("POST", "/api/v1/namespaces/default/persistentvolumeclaims", """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"20Gi"}}}}""");

        Assert.Equal(403, code);
        Assert.Equal("persistentvolumeclaims \"c\" is forbidden: maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 20Gi", body["message"]!.ToString());
    }

    [Fact]
    public async Task Other_namespaces_are_not_held()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await RangeAsync(server, """{"type":"Pod","max":{"cpu":"500m"}}""");

        Assert.Equal(201, (await server.SendAsync("POST", "/api/v1/namespaces/kube-public/pods", Pod("web", "{}"))).Code);
    }

    private static async Task RangeAsync(RunningServer server, string limit) =>
        Assert.Equal(201, (await server.SendAsync("POST", Ranges, $$$"""{"metadata":{"name":"r"},"spec":{"limits":[{{{limit}}}]}}""")).Code);

    private static string Pod(string name, string resources) => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = name, ["image"] = "a", ["resources"] = JsonNode.Parse(resources) }) },
    }.ToJsonString();
}
