using System.Net;
using System.Text.Json.Nodes;
using Weft.Api.Recordings;
using Weft.Observability.Metrics;

namespace Weft.Api;

/// <summary>A metrics store or an API server in trouble leaves partial pages and clear errors, and is forgotten when it is well again.</summary>
public sealed class FaultTests(FaultTests.ImpatientWorld world) : IClassFixture<FaultTests.ImpatientWorld>
{
    private const string DegradedHeader = "X-Weft-Degraded";

    private static int _asked;

    [Theory]
    [InlineData(MetricsFault.Hangs)]
    [InlineData(MetricsFault.TalksNonsense)]
    [InlineData(MetricsFault.NeverStops)]
    [InlineData(MetricsFault.IsBroken)]
    [InlineData(MetricsFault.CutsOff)]
    public async Task Without_metrics_lists_and_details_are_partial_and_graphs_an_error(MetricsFault fault)
    {
        // Nobody has asked for this moment before: nothing of it is remembered.
        var moment = $"queryTime={1795234000 + Interlocked.Increment(ref _asked)}";
        world.Fault = fault;
        foreach (var page in new[] { $"/api/clusters/workloads?namespaces=bookinfo&{moment}", $"/api/clusters/health?namespaces=bookinfo&{moment}", $"/api/namespaces/bookinfo/apps/reviews?{moment}" })
        {
            using var partial = await world.Client.GetAsync(page, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, partial.StatusCode);
            Assert.StartsWith("metrics: ", Assert.Single(partial.Headers.GetValues(DegradedHeader)), StringComparison.Ordinal);
            Assert.NotEmpty((await BodyAsync(partial)).AsObject());
        }

        foreach (var page in new[] { $"/api/namespaces/graph?namespaces=bookinfo&{moment}", $"/api/namespaces/bookinfo/workloads/reviews-v1/dashboard?{moment}" })
        {
            using var refused = await world.Client.GetAsync(page, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotEmpty((await BodyAsync(refused))["error"]!.GetValue<string>());
        }

        world.Fault = MetricsFault.None;
        using var whole = await world.Client.GetAsync($"/api/clusters/workloads?namespaces=bookinfo&{moment}", TestContext.Current.CancellationToken);
        Assert.False(whole.Headers.Contains(DegradedHeader));
        Assert.Contains((await BodyAsync(whole))["workloads"]!.AsArray(), workload => workload!["health"]!["requests"]!["inbound"]!.AsObject().Count > 0);
    }

    [Fact]
    public async Task After_a_restart_of_the_API_server_the_cluster_is_read_again()
    {
        await world.RestartKubernetesAsync("late");
        await SeenAsync("late");
        Assert.Equal("late", (await BodyAsync(await world.Client.GetAsync("/api/namespaces/late/info", TestContext.Current.CancellationToken)))["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task While_the_API_server_is_gone_pages_show_what_was_known()
    {
        await world.WithoutKubernetesAsync("back", async () =>
        {
            foreach (var page in new[] { "/api/namespaces", "/api/clusters/workloads?namespaces=bookinfo", "/api/namespaces/bookinfo/istio" })
            {
                using var known = await world.Client.GetAsync(page, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, known.StatusCode);
            }
        });
        await SeenAsync("back");
    }

    [Fact]
    public async Task Watches_that_end_in_the_middle_of_an_event_are_begun_again()
    {
        await world.RestartKubernetesAsync("torn", tornWatches: 60);
        await SeenAsync("torn");
        await world.RestartKubernetesAsync("after");
        await SeenAsync("after");
    }

    [Fact]
    public async Task A_clock_that_jumps_makes_graphs_of_the_new_present()
    {
        var before = world.Clock.Now;
        try
        {
            foreach (var jump in new[] { TimeSpan.FromSeconds(-300), TimeSpan.FromDays(400), TimeSpan.FromDays(-400) })
            {
                world.Clock.Now = before + jump;
                using var graph = await world.Client.GetAsync("/api/namespaces/graph?namespaces=bookinfo&duration=60s", TestContext.Current.CancellationToken);
                Assert.Equal(world.Clock.Now.ToUnixTimeSeconds(), (await BodyAsync(graph))["timestamp"]!.GetValue<long>());
                using var list = await world.Client.GetAsync("/api/clusters/workloads?namespaces=bookinfo", TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, list.StatusCode);
            }
        }
        finally
        {
            world.Clock.Now = before;
        }
    }

    private async Task SeenAsync(string ns)
    {
        await foreach (var mesh in world.Console.Inventory.WatchAsync(TestContext.Current.CancellationToken))
        {
            if (mesh.FindNamespace(ns) is not null)
            {
                return;
            }
        }
    }

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    /// <summary>The console waits three seconds for Prometheus and takes a megabyte of it.</summary>
    public sealed class ImpatientWorld : RecordedWorld
    {
        protected override PrometheusClientOptions MetricsOptions(Uri endpoint) =>
            new() { Endpoint = endpoint, Timeout = TimeSpan.FromSeconds(3), MaxResponseSize = 1024 * 1024 };
    }
}
