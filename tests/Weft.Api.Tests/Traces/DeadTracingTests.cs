using System.Net;
using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api.Traces;

/// <summary>Jaeger is down: nobody listens at its address. Pages with traces say so, and all others are whole.</summary>
public sealed class DeadTracingTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    [Fact]
    public async Task Pages_say_that_traces_are_missing_and_have_the_rest()
    {
        await world.StopTracingAsync();
        foreach (var kind in new[] { "apps/productpage", "services/productpage", "workloads/productpage-v1" })
        {
            using var traces = await GetAsync($"/api/namespaces/bookinfo/{kind}/traces?startMicros=1795233435654770", HttpStatusCode.OK);
            Assert.StartsWith("traces: ", Assert.Single(traces.Headers.GetValues("X-Weft-Degraded")), StringComparison.Ordinal);
            var body = await BodyAsync(traces);
            Assert.Empty(body["data"]!.AsArray());
            Assert.Equal(503, body["errors"]![0]!["code"]!.GetValue<int>());
            using var spans = await GetAsync($"/api/namespaces/bookinfo/{kind}/spans", HttpStatusCode.OK);
            Assert.Empty((await BodyAsync(spans)).AsArray());
        }

        using var counted = await GetAsync("/api/namespaces/bookinfo/apps/productpage/errortraces?duration=900", HttpStatusCode.ServiceUnavailable);
        Assert.NotEmpty((await BodyAsync(counted))["error"]!.GetValue<string>());
        using var one = await GetAsync("/api/traces/0000000000000000000000c0ffee0007", HttpStatusCode.OK);
        Assert.Equal(503, (await BodyAsync(one))["errors"]![0]!["code"]!.GetValue<int>());
        foreach (var page in new[] { "/api/tracing", "/api/status", "/api/istio/status", "/api/mesh/graph", "/api/namespaces/bookinfo/apps/productpage", "/api/namespaces/graph?namespaces=bookinfo" })
        {
            (await GetAsync(page, HttpStatusCode.OK)).Dispose();
        }

        using var components = await GetAsync("/api/istio/status", HttpStatusCode.OK);
        Assert.Contains((await BodyAsync(components)).AsArray(), component => component!["name"]!.ToString() == "tracing" && component["status"]!.ToString() != "Healthy");
    }

    private async Task<HttpResponseMessage> GetAsync(string path, HttpStatusCode expected)
    {
        var response = await world.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode, $"{path}: {(int)response.StatusCode}");
        return response;
    }

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
}
