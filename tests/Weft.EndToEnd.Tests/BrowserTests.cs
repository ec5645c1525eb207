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

    /// <summary>Pages that no row of the acceptance list leads to (those of rows: <see cref="ConsoleRowsOfTravelsTests"/>).</summary>
    [Theory]
    [InlineData("applications", "applications?namespaces=travel-agency", "cars", "discounts", "travels")]
    [InlineData("services", "services?namespaces=travel-agency", "cars", "mysqldb", "travels")]
    [InlineData("namespace", "namespaces/travel-agency", "istio-injection=enabled", "Workloads")]
    [InlineData("envoy-clusters", "namespaces/travel-agency/workloads/cars-v1?tab=envoy", "discounts", "outbound", "EDS")]
    [InlineData("istio-config-empty", "istio", "No Istio configuration")]
    [InlineData("not-found", "nowhere", "There is no page here")]
    public async Task Pages_show_what_they_are_for(string name, string path, params string[] texts)
    {
        await using var console = await ConsolePage.OpenAsync(new Uri(mesh.Weft.Console, "console/" + path));

        await console.ShowsAsync(texts);
        await console.PictureAsync(name);
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
