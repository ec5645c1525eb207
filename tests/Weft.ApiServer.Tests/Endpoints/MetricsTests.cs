using System.Net;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

public sealed class MetricsTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Requests_are_counted_by_what_they_asked_for()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""");
        await server.SendAsync("GET", $"{Maps}/nope");
        await server.SendAsync("PATCH", $"{Maps}/a?fieldManager=t", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}""", "application/apply-patch+yaml");
        using var watch = await server.Client.GetAsync(new Uri($"{Maps}?watch=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var page = await PageAsync(server);
        const string about = "component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"configmaps\"";
        Assert.Contains($"apiserver_request_total{{code=\"201\",{about},scope=\"namespace\",subresource=\"\",verb=\"POST\",version=\"v1\"}} 1\n", page, StringComparison.Ordinal);
        Assert.Contains($"apiserver_request_total{{code=\"404\",{about},scope=\"resource\",subresource=\"\",verb=\"GET\",version=\"v1\"}} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("verb=\"APPLY\"", page, StringComparison.Ordinal);
        Assert.Contains($"apiserver_request_duration_seconds_count{{{about},scope=\"namespace\",subresource=\"\",verb=\"POST\",version=\"v1\"}} 1\n", page, StringComparison.Ordinal);
        Assert.Contains($"apiserver_request_duration_seconds_bucket{{{about},scope=\"namespace\",subresource=\"\",verb=\"POST\",version=\"v1\",le=\"+Inf\"}} 1\n", page, StringComparison.Ordinal);
        Assert.Contains($"apiserver_longrunning_requests{{{about},scope=\"namespace\",subresource=\"\",verb=\"WATCH\",version=\"v1\"}} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("apiserver_storage_objects{resource=\"configmaps\"} 5\n", page, StringComparison.Ordinal);
        Assert.Contains("\nprocess_resident_memory_bytes ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_somebody_made_up_makes_no_series()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await server.Client.GetAsync(new Uri($"/made/up/{i}", UriKind.Relative), TestContext.Current.CancellationToken);
            await server.Client.GetAsync(new Uri($"/api/v1/namespaces/default/things{i}", UriKind.Relative), TestContext.Current.CancellationToken);
            await server.Client.GetAsync(new Uri($"{Maps}/a/sub{i}", UriKind.Relative), TestContext.Current.CancellationToken);
        }

        var series = (await PageAsync(server)).Split('\n').Count(line => line.StartsWith("apiserver_request_total{code=\"404\"", StringComparison.Ordinal));
        Assert.InRange(series, 1, 3);
    }

    [Fact]
    public async Task Metrics_are_for_administrators()
    {
        await using var server = await RunningServer.StartAsync();
        using var anonymous = server.CreateClient(null);
        using var refused = await anonymous.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static Task<string> PageAsync(RunningServer server) => server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
}
