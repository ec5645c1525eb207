using System.Net;
using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class OpenApiTests
{
    private const string Wire = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    [Fact]
    public async Task Every_served_kind_is_described_in_both_versions()
    {
        await using var server = await RunningServer.StartAsync();
        var (_, second) = await server.SendAsync("GET", "/openapi/v2");
        var inV2 = Kinds(second["definitions"]!);
        var (_, index) = await server.SendAsync("GET", "/openapi/v3");
        foreach (var (path, entry) in index["paths"]!.AsObject())
        {
            var (_, third) = await server.SendAsync("GET", entry!["serverRelativeURL"]!.ToString());
            var inV3 = Kinds(third["components"]!["schemas"]!);
            var (_, resources) = await server.SendAsync("GET", "/" + path);
            foreach (var resource in resources["resources"]!.AsArray().Where(r => !r!["name"]!.ToString().Contains('/', StringComparison.Ordinal)))
            {
                var kind = $"{resources["groupVersion"]}/{resource!["kind"]}";
                Assert.Contains(kind, inV3);
                Assert.Contains(kind, inV2);
            }

            AssertReferences(third, "#/components/schemas/", third["components"]!["schemas"]!.AsObject());
        }

        AssertReferences(second, "#/definitions/", second["definitions"]!.AsObject());
        Assert.Contains("/apis/networking.istio.io/v1/namespaces/{namespace}/virtualservices/{name}", second["paths"]!.AsObject().Select(p => p.Key));
        Assert.Equal("Time", second["definitions"]!["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]!["properties"]!["creationTimestamp"]!["$ref"]!.ToString().Split('.')[^1]);
    }

    [Fact]
    public async Task Clients_keep_documents_by_their_tags()
    {
        await using var server = await RunningServer.StartAsync();
        using var json = await GetAsync(server, "/openapi/v2", "application/json", null);
        using var wire = await GetAsync(server, "/openapi/v2", Wire, null);
        Assert.Equal(json.Headers.ETag, wire.Headers.ETag);
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", wire.Content.Headers.ContentType!.MediaType);
        using var kept = await GetAsync(server, "/openapi/v2", Wire, json.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NotModified, kept.StatusCode);
        using var unknown = await GetAsync(server, "/openapi/v2", "text/html", null);
        Assert.Equal(HttpStatusCode.NotAcceptable, unknown.StatusCode);

        var (_, index) = await server.SendAsync("GET", "/openapi/v3");
        var path = index["paths"]!["apis/apps/v1"]!["serverRelativeURL"]!.ToString();
        using var hashed = await GetAsync(server, path, "application/json", null);
        Assert.Contains(path.Split('=')[1], hashed.Headers.ETag!.Tag, StringComparison.Ordinal);
        Assert.Equal("public, immutable", hashed.Headers.CacheControl!.ToString());
        using var stale = await GetAsync(server, "/openapi/v3/apis/apps/v1?hash=0", "application/json", null);
        Assert.Equal(HttpStatusCode.MovedPermanently, stale.StatusCode);
        Assert.Equal(path, stale.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_new_definition_is_in_the_documents_at_once()
    {
        await using var server = await RunningServer.StartAsync();
        var (code, _) = await server.SendAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
            {"metadata":{"name":"boxes.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"boxes","kind":"Box"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","description":"what is in it","properties":{"size":{"x-kubernetes-int-or-string":true}}}}}}}]}}
            """);
        Assert.Equal(201, code);
        var (_, document) = await server.SendAsync("GET", "/openapi/v2");
        Assert.Equal("what is in it", document["definitions"]!["com.example.v1.Box"]!["properties"]!["spec"]!["description"]!.ToString());
    }

    [Fact]
    public async Task Kubectl_explains_by_either_version()
    {
        await using var server = await RunningServer.StartAsync();
        using var kubectl = new Kubectl(server);
        Assert.Contains("FIELD:    paused <boolean>", await kubectl.OkAsync("explain deployment.spec.paused --output=plaintext-openapiv2"), StringComparison.Ordinal);
        Assert.Contains("perTryTimeout", await kubectl.OkAsync("explain virtualservice.spec.http.retries --output=plaintext-openapiv2"), StringComparison.Ordinal);
        Assert.Contains("limits\t<map[string]Quantity>", await kubectl.OkAsync("explain pod.spec.containers.resources"), StringComparison.Ordinal);
        Assert.Contains("name\t<string> -required-", await kubectl.OkAsync("explain pod.spec.containers --recursive"), StringComparison.Ordinal);
        Assert.Contains("enum: Equal, Exists, Gt, Lt", await kubectl.OkAsync("explain pod.spec.tolerations --recursive"), StringComparison.Ordinal);
        Assert.Contains("creationTimestamp\t<string>", await kubectl.OkAsync("explain crd.metadata"), StringComparison.Ordinal);
    }

    private static HashSet<string> Kinds(JsonNode schemas) =>
    [
        .. schemas.AsObject().SelectMany(s => s.Value!["x-kubernetes-group-version-kind"]?.AsArray() ?? []).Select(k => $"{(k!["group"]!.ToString() is { Length: > 0 } g ? g + "/" : "")}{k["version"]}/{k["kind"]}"),
    ];

    /// <summary>Every reference leads somewhere: generators of clients stop at one that does not.</summary>
    private static void AssertReferences(JsonNode? node, string prefix, JsonObject known)
    {
        if (node is JsonObject map)
        {
            if (map["$ref"] is JsonValue reference) Assert.True(known.ContainsKey(reference.ToString()[prefix.Length..]), reference.ToString());
            foreach (var (_, value) in map) AssertReferences(value, prefix, known);
        }
        else if (node is JsonArray list)
        {
            foreach (var value in list) AssertReferences(value, prefix, known);
        }
    }

    private static Task<HttpResponseMessage> GetAsync(RunningServer server, string path, string accept, string? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
