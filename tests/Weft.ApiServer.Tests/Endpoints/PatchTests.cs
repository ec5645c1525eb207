using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

/// <summary>Patches that do not apply, and directives, as Kubernetes' libraries answer and apply them.</summary>
public sealed class PatchTests
{
    private const string Map = "/api/v1/namespaces/default/configmaps/a";
    private const string Pod = "/api/v1/namespaces/default/pods/p";
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    [Theory]
    [InlineData(Json, """[{"op":"test","path":"/data/k","value":"no"}]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData(Json, """[{"op":"remove","path":"/data/nope"}]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData(Json, """[{"op":"add","path":"","value":{}}]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData(Json, """[{"op":"add","path":"/metadata/finalizers/-4","value":"a/b"}]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData(Json, """{"op":"add"}""", 400, "error decoding patch: json: cannot unmarshal object into Go value of type []interface {}")]
    [InlineData(Json, "garbage", 400, "error decoding patch: invalid character 'g' looking for beginning of value")]
    [InlineData(Json, """[{"op":"replace","path":"/metadata/name","value":"b"}]""", 400, "the name of the object (b) does not match the name on the URL (a)")]
    [InlineData(Merge, "[]", 400, "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData(Merge, "null", 400, "Invalid JSON Patch")]
    [InlineData(Merge, """{"metadata":{"resourceVersion":"1"}}""", 409, "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again")]
    [InlineData(Strategic, "[]", 400, "json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData(Strategic, """{"data":{"$patch":"nope"}}""", 500, "unknown patch type: nope in map: map[$patch:nope]")]
    [InlineData(Strategic, """{"metadata":{"$deleteFromPrimitiveList/finalizers":"x"}}""", 400, "invalid patch format of primitive list")]
    [InlineData(Strategic, """{"metadata":{"$setElementOrder/finalizers":"x"}}""", 400, "invalid patch format of setElementOrder list")]
    public async Task A_patch_that_does_not_apply_is_refused_in_the_words_of_Kubernetes(string type, string patch, int code, string message)
    {
        await using var server = await StartAsync();
        var (status, body) = await server.SendAsync("PATCH", Map, patch, type);
        Assert.Equal((code, message), (status, body["message"]!.ToString()));
        if (code == 422) Assert.Equal("{}", body["details"]!.ToJsonString());
    }

    [Theory]
    [InlineData(Json, """[{"op":"add","path":"/metadata/finalizers/-1","value":"c/c"}]""", "a/a b/b c/c")]
    [InlineData(Json, """[{"op":"add","path":"/metadata/finalizers/0","value":"c/c"}]""", "c/c a/a b/b")]
    [InlineData(Json, """[{"op":"remove","path":"/metadata/finalizers/-1"}]""", "a/a")]
    [InlineData(Json, """[{"op":"move","from":"/metadata/finalizers/0","path":"/metadata/finalizers/-"}]""", "b/b a/a")]
    [InlineData(Strategic, """{"metadata":{"finalizers":["c/c"]}}""", "a/a b/b c/c")]
    [InlineData(Strategic, """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/a"]}}""", "b/b")]
    [InlineData(Strategic, """{"metadata":{"$setElementOrder/finalizers":["b/b","a/a"]}}""", "b/b a/a")]
    [InlineData(Strategic, """{"metadata":{"$setElementOrder/finalizers":["c/c","b/b","a/a"],"finalizers":["c/c"]}}""", "c/c b/b a/a")]
    [InlineData(Strategic, """{"metadata":{"finalizers":null}}""", "")]
    [InlineData(Merge, """{"metadata":{"finalizers":["z/z"]}}""", "z/z")]
    public async Task Lists_of_values_change_as_the_patch_says(string type, string patch, string finalizers)
    {
        await using var server = await StartAsync();
        var (code, body) = await server.SendAsync("PATCH", Map, patch, type);
        Assert.Equal(200, code);
        Assert.Equal(finalizers, string.Join(' ', body["metadata"]!["finalizers"]?.AsArray().Select(f => f!.ToString()) ?? []));
    }

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"x"}]}}""", 500, "map: map[image:x] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"volumes":[{"$retainKeys":["emptyDir"],"name":"v","emptyDir":{}}]}}""", 400, "invalid patch format of retainKeys")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"side"}],"containers":[{"name":"main","image":"x"}]}}""", 500, "The order in patch list:\n[map[image:x name:main]]\n doesn't match $setElementOrder list:\n[map[name:side]]\n")]
    public async Task Directives_of_keyed_lists_are_checked(string patch, int code, string message)
    {
        await using var server = await StartAsync();
        var (status, body) = await server.SendAsync("PATCH", Pod, patch, Strategic);
        Assert.Equal((code, message), (status, body["message"]!.ToString()));
    }

    [Fact]
    public async Task Fields_said_twice_are_found_as_strictly_as_asked()
    {
        await using var server = await StartAsync();
        const string twice = """{"data":{"k":"1"},"data":{"k":"2"}}""";
        var (strict, refusal) = await server.SendAsync("PATCH", $"{Map}?fieldValidation=Strict", twice, Merge);
        Assert.Equal(422, strict);
        Assert.EndsWith("strict decoding error: duplicate field \"data\"", refusal["message"]!.ToString(), StringComparison.Ordinal);
        var (ignored, changed) = await server.SendAsync("PATCH", $"{Map}?fieldValidation=Ignore", twice, Merge);
        Assert.Equal((200, "2"), (ignored, changed["data"]!["k"]!.ToString()));
    }

    [Fact]
    public async Task A_patch_of_too_many_operations_is_too_large()
    {
        await using var server = await StartAsync();
        var operations = new JsonArray([.. Enumerable.Range(0, 10001).Select(_ => (JsonNode)new JsonObject { ["op"] = "test", ["path"] = "/data/k", ["value"] = "v" })]);
        var (code, body) = await server.SendAsync("PATCH", Map, operations.ToJsonString(), Json);
        Assert.Equal((413, "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001"), (code, body["message"]!.ToString()));
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a","finalizers":["a/a","b/b"]},"data":{"k":"v"}}""");
        await server.SendAsync("POST", "/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"i"},{"name":"side","image":"i"}],"volumes":[{"name":"v","hostPath":{"path":"/x"}}]}}""");
        return server;
    }

    [Theory]
    [InlineData("""{"hosts":"a"}""", ".spec.hosts: expected list, got &{a}")]
    [InlineData("""{"http":[{"route":[{"destination":{"host":"a"},"weight":"1"}]}]}""", ".spec.http[0].route[0].weight: expected numeric (int or float), got string")]
    [InlineData("""{"http":[{"route":[{"destination":["a"]}]}]}""", ".spec.http[0].route[0].destination: expected map, got &{[a]}")]
    [InlineData("""{"hosts":[1]}""", ".spec.hosts[0]: expected string, got &value.valueUnstructured{Value:1}")]
    [InlineData("""{"hosts":["a"],"httpp":1}""", ".spec.httpp: field not declared in schema")]
    public async Task An_applied_custom_resource_of_other_types_is_refused_as_a_whole(string spec, string message)
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        var item = $$"""{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","spec":{{spec}}}""";

        var (code, body) = await server.SendAsync("PATCH", "/apis/networking.istio.io/v1/namespaces/default/virtualservices/v?fieldManager=m", item, "application/apply-patch+yaml");

        Assert.Equal(500, code);
        Assert.Equal($"failed to create typed patch object (/v; networking.istio.io/v1, Kind=VirtualService): {message}", body["message"]!.ToString());
    }
}
