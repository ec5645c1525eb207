using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Weft.EndToEnd;

/// <summary>The console in a real browser, over the running mesh.</summary>
[Collection(TravelsCollection.Name)]
public sealed partial class BrowserTests(TravelsMesh mesh)
{
    [Theory]
    [InlineData("light", 1280, 800)]
    [InlineData("dark", 1280, 800)]
    [InlineData("light", 1920, 1080)]
    [InlineData("dark", 1920, 1080)]
    public async Task The_first_page_is_the_moving_graph_of_travels(string theme, int width, int height)
    {
        await using var console = await ConsolePage.OpenAsync(mesh.Weft.Console, theme, width, height);
        await console.Page.WaitForSelectorAsync(".weft-canvas canvas", new PageWaitForSelectorOptions { Timeout = 60_000 });

        await Eventually.Async(
            () => console.Page.InnerTextAsync("[data-test=graph-side-panel]"),
            text => AllEdges().IsMatch(text),
            TestContext.Current.CancellationToken);
        await console.Page.WaitForSelectorAsync("text=Laying out the graph", new PageWaitForSelectorOptions { State = WaitForSelectorState.Hidden });
        await console.PictureAsync($"graph-{theme}-{width}");
        Assert.Empty(console.Complaints);
    }

    /// <summary>Rows of the acceptance list whose result is a page: what the tutorials read on it stands there, and the page complains about nothing.</summary>
    [Theory]
    [InlineData("row-004-010", "overview", "Overview", "Control planes", "Applications")]
    [InlineData("row-022-024-workloads", "workloads?namespaces=travel-agency,travel-control,travel-portal", "travels-v1", "mysqldb-v1", "viaggi", "Deployment", "version=v1")]
    [InlineData("row-119-applications", "applications?namespaces=travel-agency", "cars", "discounts", "travels")]
    [InlineData("row-119-services", "services?namespaces=travel-agency", "cars", "mysqldb", "travels")]
    [InlineData("row-160-namespaces", "namespaces", "travel-agency", "travel-portal", "istio-system")]
    [InlineData("row-030-application", "namespaces/travel-agency/applications/travels", "travels-v1", "travels", "Inbound Metrics", "Outbound Metrics", "Traces")]
    [InlineData("row-031-workload", "namespaces/travel-agency/workloads/travels-v1", "Pods", "Istio Config", "Logs", "Envoy")]
    [InlineData("row-032-metrics", "namespaces/travel-agency/workloads/travels-v1?tab=out_metrics&duration=300", "Request volume", "Request duration", "Response size", "TCP")]
    [InlineData("row-034-035-logs", "namespaces/travel-agency/workloads/travels-v1?tab=logs&duration=600", "GetDestinations", "GetTravelQuote", "GET /hotels")]
    [InlineData("row-036-137-traces", "namespaces/travel-agency/applications/travels?tab=traces&duration=1800", "Choose a trace")]
    [InlineData("row-100-envoy", "namespaces/travel-agency/workloads/cars-v1?tab=envoy", "discounts", "outbound", "EDS")]
    [InlineData("row-132-service", "namespaces/travel-agency/services/hotels", "ClusterIP", "8000", "hotels-v1")]
    [InlineData("row-159-mesh", "mesh", "istiod")]
    [InlineData("row-018-istio-config", "istio", "Istio Config")]
    public async Task Pages_show_what_the_tutorials_read(string row, string path, params string[] texts)
    {
        await using var console = await ConsolePage.OpenAsync(new Uri(mesh.Weft.Console, "console/" + path));

        await console.ShowsAsync(texts);
        await console.PictureAsync(row);
        Assert.Empty(console.Complaints);
    }

    [Fact]
    public async Task Another_sites_page_cannot_reach_the_console()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(mesh.Weft.Console, "api/namespaces"));
        request.Headers.Host = "evil.example:20001";

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    // 15 calls between workloads; those into the seven services of the agency are drawn through their service.
    [GeneratedRegex(@"Edges\s+22\b")]
    private static partial Regex AllEdges();
}
