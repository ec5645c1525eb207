using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Api.Graph;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>The whole read API with Debian's Prometheus in place of the embedded store: the same answers to the same requests over the same samples.</summary>
public sealed class DebianPrometheusTests(RecordedWorld embedded, DebianWorld debian) : IClassFixture<RecordedWorld>, IClassFixture<DebianWorld>
{
    private const int MostDifferences = 30;

    [Fact]
    public Task Lists_and_health_are_the_same() => CompareAsync(RecordedAnswer.Names("bookinfo/list_", "bookinfo/health_", "common/overview_"));

    [Fact]
    public Task The_state_of_the_mesh_is_the_same() => CompareAsync(RecordedAnswer.Names(
        "common/apps_all", "common/workloads_all", "common/services_all", "common/namespaces", "common/istio_status", "common/istio_config", "bookinfo/namespaces_", "errors/"));

    [Fact]
    public Task Details_are_the_same() => CompareAsync(RecordedAnswer.Names("bookinfo/detail_"));

    [Fact]
    public Task Metrics_and_dashboards_are_the_same() => CompareAsync(RecordedAnswer.Names(
        "bookinfo/br_", "bookinfo/metrics_", "bookinfo/dashboard_", "bookinfo/customdashboard_", "bookinfo/clusters_metrics", "bookinfo/namespace_metrics", "bookinfo/aggregate_metrics",
        "bookinfo/usage_metrics", "bookinfo/controlplane_metrics", "bookinfo/post_stats"));

    [Fact]
    public async Task Graphs_are_the_same()
    {
        var differences = new List<string>();
        var graphs = RecordedGraph.All.Values.Where(graph => graph.Url.Contains("queryTime=", StringComparison.Ordinal)).ToList();
        Assert.True(graphs.Count > 100);
        foreach (var graph in graphs)
        {
            var (expected, actual) = (await AnswerAsync(embedded, "GET", graph.Url, null), await AnswerAsync(debian, "GET", graph.Url, null));
            Assert.Equal(expected.Status, actual.Status);
            var found = expected.Status == 200 ? GraphComparison.Differences(expected.Body!, actual.Body!, anyOrderOfSeries: true) : JsonComparison.Differences(expected.Body, actual.Body);
            differences.AddRange(found.Select(difference => $"{graph.Name}: {difference}"));
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences.Take(MostDifferences)));
    }

    private async Task CompareAsync(TheoryData<string> names)
    {
        var differences = new List<string>();
        Assert.NotEmpty(names);
        foreach (var recorded in names.Select(row => RecordedAnswer.All[row.Data]))
        {
            var url = Purpose.Url(recorded);
            var (expected, actual) = (await AnswerAsync(embedded, recorded.Method, url, recorded.RequestBody), await AnswerAsync(debian, recorded.Method, url, recorded.RequestBody));
            if (expected.Status != actual.Status)
            {
                differences.Add($"{recorded.Name}: {expected.Status} and {actual.Status}");
            }

            differences.AddRange(JsonComparison.Differences(expected.Body, actual.Body).Select(difference => $"{recorded.Name}: {difference}"));
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences.Take(MostDifferences)));
    }

    private static async Task<(int Status, JsonNode? Body)> AnswerAsync(RecordedWorld world, string method, string url, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json),
        };
        using var response = await world.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
    }
}
