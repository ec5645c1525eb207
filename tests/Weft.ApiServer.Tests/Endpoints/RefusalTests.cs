using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

/// <summary>Requests that Kubernetes refuses, and its words for them.</summary>
public sealed class RefusalTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Theory]
    [InlineData("/version", "HEAD", 405)]
    [InlineData("/version", "POST", 405)]
    [InlineData("/apis", "DELETE", 405)]
    [InlineData("/apis/apps/v1", "POST", 405)]
    [InlineData("/version/more", "GET", 404)]
    [InlineData("/healthz", "POST", 200)]
    [InlineData("/nothing", "POST", 404)]
    public async Task Documents_can_only_be_read(string path, string method, int code)
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal(code, (int)(await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("application/json;q=0.5, application/yaml", "application/yaml")]
    [InlineData("application/yaml;q=0.1, application/json;q=0.9", "application/json")]
    [InlineData("application/json, application/yaml", "application/json")]
    public async Task What_the_client_wants_most_is_sent(string accept, string type)
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/default");
        request.Headers.Accept.ParseAdd(accept);
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("", "PartialObjectMetadata", "you requested PartialObjectMetadata, but the requested object is a list (*core.NamespaceList)")]
    [InlineData("/default", "PartialObjectMetadataList", "you requested PartialObjectMetadataList, but the requested object is not a list (*core.Namespace)")]
    public async Task Metadata_of_a_list_is_a_list_of_metadata(string name, string kind, string message)
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("GET", $"/api/v1/namespaces{name}", accept: $"application/json;as={kind};v=v1;g=meta.k8s.io");
        Assert.Equal((406, message), (code, status["message"]!.ToString()));
    }

    [Theory]
    [InlineData("""{"metadata":{"generateName":"Bad_"}}""", "metadata.generateName: Invalid value: \"Bad_\": a lowercase RFC 1123 subdomain")]
    [InlineData("""{"metadata":{"name":"m"},"data":{"..":"x"}}""", "data[..]: Invalid value: \"..\": must not be '..'")]
    [InlineData("""{"metadata":{"name":"m"},"data":{"..a":"x"}}""", "must not start with '..'")]
    [InlineData("""{"metadata":{"name":"m","labels":{"a/b/c":"x"}}}""", "a qualified name must consist of")]
    public async Task A_wrong_config_map_is_refused(string body, string message) => await RefusedAsync("POST", Maps, body, "application/json", 422, message);

    [Theory]
    [InlineData("application/merge-patch+json", """{"kind":"Secret"}""", 422, "converting (v1.Secret) to (core.ConfigMap): unknown conversion")]
    [InlineData("application/json-patch+json", """[{"op":"replace","path":"/apiVersion","value":"v2"}]""", 422, "no kind \"ConfigMap\" is registered for version \"v2\"")]
    [InlineData("application/merge-patch+json", """{"metadata":null}""", 400, "the name of the object (kube-root-ca.crt based on URL) was undeterminable: name must be provided")]
    public async Task A_patch_makes_no_other_object(string type, string body, int code, string message) => await RefusedAsync("PATCH", $"{Maps}/kube-root-ca.crt", body, type, code, message);

    [Theory]
    [InlineData("configmaps/x?fieldManager=a%01b", "fieldManager: Invalid value: \"a\\u0001b\": invalid character U+0001 (at position 1)")]
    [InlineData("configmaps/x?fieldManager=m", "uid mismatch: the provided object specified uid u, and no existing object was found")]
    public async Task A_wrong_apply_is_refused(string path, string message) =>
        await RefusedAsync("PATCH", $"/api/v1/namespaces/default/{path}", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","uid":"u"}}""", "application/apply-patch+yaml", null, message);

    [Theory]
    [InlineData("""{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData("""{"strategy":{"rollingUpdate":{"maxUnavailable":"101%"}}}""", "must not be greater than 100%")]
    [InlineData("""{"strategy":{"rollingUpdate":{"maxSurge":"x"}}}""", "a valid percent string must be a numeric string followed by an ending '%'")]
    [InlineData("""{"minReadySeconds":600}""", "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds")]
    [InlineData("""{"revisionHistoryLimit":-1}""", "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("""{"template":{"spec":{"restartPolicy":"Never"}}}""", "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    public async Task A_wrong_deployment_is_refused(string change, string message)
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Deployments, """{"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        var (code, status) = await server.SendAsync("PATCH", $"{Deployments}/web", $$$"""{"spec":{{{change}}}}""", "application/merge-patch+json");
        Assert.Equal(422, code);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_is_only_evicted_under_its_own_name()
    {
        await using var server = await PodAsync();
        var (code, status) = await server.SendAsync("POST", $"{Pods}/p/eviction", """{"metadata":{"name":"other"}}""");
        Assert.Equal((400, "name in URL does not match name in Eviction object"), (code, status["message"]!.ToString()));
        Assert.Equal(200, (await server.SendAsync("GET", $"{Pods}/p")).Code);
    }

    [Theory]
    [InlineData("limitBytes=0", "limitBytes: Invalid value: 0: must be greater than 0")]
    [InlineData("sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z", "at most one of `sinceTime` or `sinceSeconds` may be specified")]
    public async Task Wrong_questions_for_a_log_are_refused(string query, string message)
    {
        await using var server = await PodAsync();
        var (code, status) = await server.SendAsync("GET", $"{Pods}/p/log?{query}");
        Assert.Equal(422, code);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[]""", "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be removed")]
    [InlineData("""[{"name":"e","image":"other"}]""", "existing ephemeral containers \"e\" may not be changed")]
    [InlineData("""[{"name":"e","image":"x"},{"name":"c","image":"x"}]""", "spec.ephemeralContainers[1].name: Duplicate value: \"c\"")]
    public async Task Ephemeral_containers_only_come(string containers, string message)
    {
        await using var server = await PodAsync();
        var (code, _) = await server.SendAsync("PATCH", $"{Pods}/p/ephemeralcontainers", """{"spec":{"ephemeralContainers":[{"name":"e","image":"x"}]}}""", "application/merge-patch+json");
        Assert.Equal(200, code);
        (code, var status) = await server.SendAsync("PATCH", $"{Pods}/p/ephemeralcontainers", $$$"""{"spec":{"ephemeralContainers":{{{containers}}}}}""", "application/merge-patch+json");
        Assert.Equal(422, code);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    private static async Task<RunningServer> PodAsync()
    {
        var server = await RunningServer.StartAsync();
        Assert.Equal(201, (await server.SendAsync("POST", Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""")).Code);
        return server;
    }

    private static async Task RefusedAsync(string method, string path, string body, string type, int? code, string message)
    {
        await using var server = await RunningServer.StartAsync();
        var (answered, status) = await server.SendAsync(method, path, body, type);
        Assert.InRange(answered, code ?? 400, code ?? 499);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }
}
