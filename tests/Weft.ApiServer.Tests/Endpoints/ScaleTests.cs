using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class ScaleTests
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Scale = Deployments + "/web/scale";

    [Theory]
    [InlineData("PUT", "application/json", """{"metadata":{"name":"other"},"spec":{"replicas":3}}""", 400, "the name of the object (other) does not match the name on the URL (web)")]
    [InlineData("PUT", "application/json", """{"metadata":{"name":"web"},"spec":{"replicas":"x"}}""", 400, "json: cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32")]
    [InlineData("PUT", "application/json", """{"kind":"Foo","metadata":{"name":"web"}}""", 400, "cannot be handled as a Scale")]
    [InlineData("PUT", "application/json", """{"metadata":{"name":"web","uid":"u"},"spec":{"replicas":3}}""", 409, "Precondition failed: UID in precondition: u, UID in object meta: ")]
    [InlineData("PATCH", "application/json-patch+json", """[{"op":"test","path":"/spec/replicas","value":9}]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData("PATCH", "application/merge-patch+json", """{"spec":{"replicas":-1}}""", 422, "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("PATCH", "application/merge-patch+json", "{", 400, "error decoding patch: unexpected end of JSON input")]
    [InlineData("PATCH", "text/plain", "{}", 415, "the body of the request was in an unknown format")]
    public async Task A_wrong_scale_is_refused(string method, string type, string body, int code, string message)
    {
        await using var server = await StartAsync();
        var (answered, status) = await server.SendAsync(method, Scale, body, type);
        Assert.Equal(code, answered);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await ReplicasAsync(server));
    }

    [Theory]
    [InlineData("application/json-patch+json", """[{"op":"replace","path":"/spec/replicas","value":4}]""")]
    [InlineData("application/merge-patch+json", """{"spec":{"replicas":4}}""")]
    [InlineData("application/strategic-merge-patch+json", """{"spec":{"replicas":4}}""")]
    public async Task Every_kind_of_patch_scales(string type, string body)
    {
        await using var server = await StartAsync();
        var (code, scale) = await server.SendAsync("PATCH", Scale, body, type);
        Assert.Equal((200, 4), (code, scale["spec"]!["replicas"]!.GetValue<int>()));
        Assert.Equal(4, await ReplicasAsync(server));
    }

    [Fact]
    public async Task An_applied_scale_conflicts_with_who_set_it_and_is_owned_when_forced()
    {
        await using var server = await StartAsync();
        await server.SendAsync("PUT", Scale, """{"metadata":{"name":"web"},"spec":{"replicas":2}}""");
        const string applied = """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"web"},"spec":{"replicas":5}}""";
        var (code, status) = await server.SendAsync("PATCH", $"{Scale}?fieldManager=hpa", applied, "application/apply-patch+yaml");
        Assert.Equal(409, code);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"recorder\" with subresource \"scale\" using autoscaling/v1: .spec.replicas", status["message"]!.ToString());

        (code, _) = await server.SendAsync("PATCH", $"{Scale}?fieldManager=hpa&force=true", applied, "application/apply-patch+yaml");
        Assert.Equal((200, 5), (code, await ReplicasAsync(server)));
        var (_, deployment) = await server.SendAsync("GET", $"{Deployments}/web");
        var owner = Assert.Single(deployment["metadata"]!["managedFields"]!.AsArray(), e => e!["manager"]!.ToString() == "hpa")!;
        Assert.Equal(("Apply", "scale", "apps/v1"), (owner["operation"]!.ToString(), owner["subresource"]!.ToString(), owner["apiVersion"]!.ToString()));
    }

    [Fact]
    public async Task A_dry_scale_changes_nothing()
    {
        await using var server = await StartAsync();
        var (code, scale) = await server.SendAsync("PUT", $"{Scale}?dryRun=All", """{"metadata":{"name":"web"},"spec":{"replicas":9}}""");
        Assert.Equal((200, 9), (code, scale["spec"]!["replicas"]!.GetValue<int>()));
        Assert.Equal(1, await ReplicasAsync(server));
    }

    private static async Task<int> ReplicasAsync(RunningServer server)
    {
        var (_, deployment) = await server.SendAsync("GET", $"{Deployments}/web");
        return deployment["spec"]!["replicas"]!.GetValue<int>();
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartAsync();
        var (code, _) = await server.SendAsync(
            "POST",
            Deployments,
            """{"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        Assert.Equal(201, code);
        return server;
    }
}
