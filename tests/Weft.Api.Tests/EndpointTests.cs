using System.Net;
using System.Text.Json.Nodes;
using Weft.Api.Graph;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>The endpoints over HTTP, their answers beside Kiali's.</summary>
public sealed class EndpointTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    private static readonly Lazy<JsonNode> Kiali = new(() => Recording.Read("common.json.br"));

    [Fact]
    public async Task Namespaces_are_those_of_Kiali() =>
        Assert.True(JsonNode.DeepEquals(Kiali.Value["namespaces"], await GetAsync("/api/namespaces")));

    [Fact]
    public async Task A_namespace_is_found_by_name()
    {
        Assert.Equal("bookinfo", (await GetAsync("/api/namespaces/bookinfo/info"))["name"]!.GetValue<string>());
        Assert.Equal("namespaces \"nope\" not found", (await GetAsync("/api/namespaces/nope/info", HttpStatusCode.NotFound))["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Access_is_anonymous_as_in_Kiali() =>
        Assert.True(JsonNode.DeepEquals(Kiali.Value["auth_info"], await GetAsync("/api/auth/info")));

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/api/healthz")]
    [InlineData("/api/authenticate")]
    public async Task Answers_without_a_body_are_empty(string path) =>
        Assert.Equal("", await world.Client.GetStringAsync(path, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Mesh_components_are_those_of_Kiali() =>
        Assert.True(JsonNode.DeepEquals(Kiali.Value["istio_status"], await GetAsync("/api/istio/status")));

    [Fact]
    public async Task Roots_of_trust_are_those_of_the_control_planes() =>
        Assert.True(JsonNode.DeepEquals((await GetAsync("/api/mesh/controlplanes"))[0]!["config"]!["certificates"], await GetAsync("/api/istio/certs")));

    [Fact]
    public async Task The_whole_dump_of_a_proxy_is_one_of_its_parts_too()
    {
        var dump = RecordedAnswer.All["bookinfo/pod_config_dump"].Url;
        Assert.True(JsonNode.DeepEquals(await GetAsync(dump), await GetAsync($"{dump}/config")));
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/status")]
    public async Task Status_names_versions_of_all_parts(string path)
    {
        var status = await GetAsync(path);
        Assert.Equal("v2.30.0", status["status"]!["Kiali version"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(Kiali.Value["status"]!["externalServices"], status["externalServices"]), status["externalServices"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(Kiali.Value["status"]!["istioEnvironment"], status["istioEnvironment"]));
    }

    [Theory]
    [InlineData("graph", "/api/namespaces/graph?namespaces=bookinfo&queryTime=1795234165&duration=120s&appenders=")]
    [InlineData("health", "/api/clusters/health?namespaces=bookinfo&queryTime=1795234165")]
    public async Task How_often_results_were_shared_is_told_in_Kialis_fields(string kind, string page)
    {
        await GetAsync(page);
        var before = await GetAsync($"/api/test/metrics/{kind}/cache");
        await GetAsync(page);
        var after = await GetAsync($"/api/test/metrics/{kind}/cache");
        Assert.Equal(RecordedAnswer.All[$"common/test_metrics_{kind}_cache"].Body!.AsObject().Select(pair => pair.Key).Order(), after.AsObject().Select(pair => pair.Key).Order());
        Assert.InRange(after[$"{kind}CacheHits"]!.GetValue<long>() + after[$"{kind}CacheMisses"]!.GetValue<long>() - before[$"{kind}CacheHits"]!.GetValue<long>() - before[$"{kind}CacheMisses"]!.GetValue<long>(), 1, long.MaxValue);
    }

    /// <summary>Fields that clients of Kiali may read without asking whether they are there.</summary>
    [Fact]
    public async Task Configuration_has_every_field_of_Kialis()
    {
        var missing = new List<string>();
        Collect("config", Kiali.Value["config"]!, await GetAsync("/api/config"), missing);
        Assert.Equal([], missing);
    }

    [Theory]
    [InlineData("bookinfo/graph_workload_default")]
    public async Task A_graph_over_HTTP_equals_Kialis(string name)
    {
        var recorded = RecordedGraph.All[name];
        var differences = GraphComparison.Differences(recorded.Answer, await GetAsync(recorded.Url));
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    [Theory]
    [InlineData("/api/namespaces/graph", HttpStatusCode.BadRequest, "At least one namespace must be specified via the namespaces query parameter.")]
    [InlineData("/api/namespaces/graph?namespaces=nope", HttpStatusCode.Forbidden, "Requested namespace [nope] is not accessible.")]
    [InlineData("/api/namespaces/graph?namespaces=bookinfo&duration=0s", HttpStatusCode.ServiceUnavailable, "bad_data: duration must be greater than 0")]
    [InlineData("/api/no/such/thing", HttpStatusCode.NotFound, "no such endpoint: /api/no/such/thing")]
    public async Task A_failure_is_told_in_Kialis_shape(string path, HttpStatusCode status, string message) =>
        Assert.Equal(message, (await GetAsync(path, status))["error"]!.GetValue<string>());

    [Theory]
    [InlineData("includeGateways=maybe", "Invalid meshGateways [maybe]")]
    [InlineData("includeWaypoints=2", "Invalid meshWaypoints [2]")]
    [InlineData("queryTime=abc", "Invalid queryTime [abc]")]
    [InlineData("configVendor=bad", "Invalid configVendor [bad]")]
    public async Task A_bad_request_for_the_mesh_graph_is_refused(string parameter, string message) =>
        Assert.Equal(message, (await GetAsync($"/api/mesh/graph?{parameter}", HttpStatusCode.BadRequest))["error"]!.GetValue<string>());

    [Fact]
    public async Task A_gateway_of_the_mesh_graph_is_told_with_its_object()
    {
        var graph = await GetAsync("/api/mesh/graph?includeGateways=true&includeWaypoints=false&appenders=&queryTime=1795234165");
        Assert.Equal(1795234165, graph["timestamp"]!.GetValue<long>());
        var expected = RecordedAnswer.All["common/mesh_graph_includeGateways=true_includeWaypoints=true"].Body!;
        foreach (var recorded in expected["elements"]!["nodes"]!.AsArray().Select(node => node!["data"]!).Where(node => node["infraType"]!.ToString() == "gateway"))
        {
            var ours = Assert.Single(graph["elements"]!["nodes"]!.AsArray(), node => node!["data"]!["infraType"]!.ToString() == "gateway" && node["data"]!["namespace"]!.ToString() == recorded["namespace"]!.ToString() && node["data"]!["infraName"]!.ToString() == recorded["infraName"]!.ToString())!["data"]!;
            Assert.Equal(recorded["infraData"]!["metadata"]!["uid"]!.ToString(), ours["infraData"]!["metadata"]!["uid"]!.ToString());
            Assert.Equal(recorded["infraData"]!["kind"]!.ToString(), ours["infraData"]!["kind"]!.ToString());
        }
    }

    [Theory]
    [InlineData("/api/namespaces/bookinfo/workloads/nope/graph")]
    [InlineData("/api/namespaces/bookinfo/services/reviews/graph")]
    [InlineData("/api/namespaces/bookinfo/applications/reviews/graph?graphType=app")]
    [InlineData("/api/namespaces/bookinfo/applications/reviews/versions/v2/graph?graphType=versionedApp")]
    [InlineData("/api/namespaces/bookinfo/aggregates/bad_label/x/graph")]
    [InlineData("/api/namespaces/bookinfo/aggregates/bad_label/x/reviews/graph")]
    public async Task A_node_without_recorded_traffic_gives_a_graph(string path) =>
        Assert.NotNull((await GetAsync(path))["elements"]!["nodes"]);

    private async Task<JsonNode> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await world.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    private static void Collect(string path, JsonNode? expected, JsonNode? actual, List<string> missing)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var (name, value) in left)
                {
                    if (!right.ContainsKey(name))
                    {
                        missing.Add($"{path}.{name}");
                    }
                    else
                    {
                        Collect($"{path}.{name}", value, right[name], missing);
                    }
                }

                break;
            case (null, null):
                break;
            case (not null, not null) when expected.GetValueKind() == actual.GetValueKind() || (expected is JsonValue && actual is JsonValue):
                break;
            default:
                missing.Add($"{path}: expected {expected?.GetValueKind()}, was {actual?.GetValueKind()}");
                break;
        }
    }
}
