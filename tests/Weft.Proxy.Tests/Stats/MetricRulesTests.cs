using System.Text.Json.Nodes;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Stats;

public sealed class MetricRulesTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // As istiod writes a Telemetry's tagOverrides (recorded: telemetry-tag-override).
    [Fact]
    public async Task Labels_are_added_replaced_and_removed_and_metrics_dropped()
    {
        await using var mesh = await StartAsync("""
            [{"name":"requests_total","dimensions":{"request_method":"request.method","destination_port":"string(destination.port)","source_app":"'mine'","broken":"no.such.thing"},"tagsToRemove":["response_code"]},
             {"name":"request_bytes","drop":true},{"dimensions":{"everywhere":"request.host"} }]
            """);
        var client = mesh.Client();

        await client.GetAsync(Beta, Cancel);
        await client.GetAsync(Beta + "missing", Cancel);
        await client.PostAsync(Beta, null, Cancel);

        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["request_method"] = "POST" }, Cancel);
        var lines = (await TestMesh.MetricsAsync(mesh.AlphaAddress, Cancel)).Split('\n').Where(line => line.Contains("reporter=\"source\"")).ToList();
        var requests = lines.Where(line => line.StartsWith("istio_requests_total{", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, requests.Count);
        Assert.All(requests, line =>
        {
            Assert.DoesNotContain("response_code=", line);
            Assert.Contains("source_app=\"mine\"", line);
            Assert.Contains("destination_port=\"8000\"", line);
            Assert.Contains("broken=\"unknown\"", line);
            Assert.Contains("everywhere=\"beta.demo:8000\"", line);
        });
        Assert.EndsWith(" 2", requests.Single(line => line.Contains("request_method=\"GET\"")));
        Assert.DoesNotContain(lines, line => line.StartsWith("istio_request_bytes", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("istio_response_bytes_count", StringComparison.Ordinal) && line.Contains("everywhere=\"beta.demo:8000\"") && line.Contains("response_code=\"404\""));
    }

    private static Task<TestMesh> StartAsync(string metrics) => TestMesh.StartAsync(
        context =>
        {
            context.Response.StatusCode = context.Request.Path == "/missing" ? 404 : 200;
            return Task.CompletedTask;
        },
        Cancel,
        (kind, resources) =>
        {
            if (kind == "listeners")
            {
                foreach (var manager in ResourceEdits.OutboundManagers(resources))
                {
                    var stats = manager["httpFilters"]!.AsArray().First(filter => filter!["name"]!.GetValue<string>() == "istio.stats")!;
                    stats["typedConfig"] = new JsonObject { ["@type"] = "type.googleapis.com/stats.PluginConfig", ["metrics"] = JsonNode.Parse(metrics) };
                }
            }
        });
}
