using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Api.Recordings;

namespace Weft.Api.Diagnostics;

/// <summary>The console's own metrics after it has been used, under Kiali's names.</summary>
public sealed class MetricsPageTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    [Fact]
    public async Task The_page_tells_what_was_asked_made_shared_and_refused()
    {
        const string Graph = "/api/namespaces/graph?namespaces=bookinfo&graphType=versionedApp&injectServiceNodes=true&queryTime=1795234165&duration=300s";
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Graph));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Graph));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/api/clusters/workloads"));
        world.Fault = MetricsFault.TalksNonsense;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync("/api/namespaces/graph?namespaces=bookinfo&queryTime=1795234164"));
        world.Fault = MetricsFault.None;

        var (status, text) = await PageAsync("/metrics");
        Assert.Equal(200, status);
        var lines = text.Split('\n');
        Assert.Contains("kiali_api_processing_duration_seconds_count{route=\"/api/namespaces/graph\"} 3", lines);
        Assert.Contains("kiali_api_processing_duration_seconds_count{route=\"/api/clusters/workloads\"} 1", lines);
        Assert.Contains("kiali_api_failures_total{route=\"/api/namespaces/graph\"} 1", lines);
        AssertCounted("kiali_graph_generation_duration_seconds_count{graph_kind=\"namespace\",graph_type=\"versionedApp\",with_service_nodes=\"true\"} ");
        AssertCounted("kiali_graph_marshal_duration_seconds_count{graph_type=\"versionedApp\"} ");
        AssertCounted("kiali_graph_appender_duration_seconds_count{appender=\"deadNode\"} ");
        Assert.Contains("kiali_cache_requests_total{name=\"graph\"} 3", lines);
        AssertCounted("kiali_health_refresh_duration_seconds_count ");
        AssertCounted("kiali_prometheus_processing_duration_seconds_count{query_group=\"Graph-Requests\"} ");
        Assert.Contains(lines, line => line.StartsWith("kiali_graph_nodes{", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("process_cpu_seconds_total ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("dotnet_process_cpu_count ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("dotnet_gc_last_collection_heap_size_bytes{gc_heap_generation=\"gen2\"} ", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.Length > 0 && line[0] != '#'), line => Assert.Matches("^[a-z0-9_]+({[^{}]*(\\{[^{}]*\\}[^{}]*)*})? [0-9.eE+-]+$", line));

        // How often depends on how long the requests took: results are shared for some seconds.
        void AssertCounted(string start) => Assert.Contains(lines, line => line.StartsWith(start, StringComparison.Ordinal) && line[start.Length..] is not "0");
    }

    [Fact]
    public async Task There_is_nothing_else_on_its_port() => Assert.Equal(404, (await PageAsync("/api/status")).Status);

    private async Task<HttpStatusCode> GetAsync(string page)
    {
        using var response = await world.Client.GetAsync(page, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private async Task<(int Status, string Text)> PageAsync(string path)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Path = path }, Response = { Body = body } };
        await MetricsPage.WriteAsync(context, world.Console);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
