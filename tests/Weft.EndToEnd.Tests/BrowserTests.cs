using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Weft.EndToEnd;

/// <summary>The console in a real browser, over the running mesh.</summary>
[Collection(TravelsCollection.Name)]
public sealed partial class BrowserTests(TravelsMesh mesh)
{
    // What keeps Debian's Chromium from talking to the outside on its own.
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static string Screenshots => Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    [Theory]
    [InlineData("light", 1280, 800)]
    [InlineData("dark", 1280, 800)]
    [InlineData("light", 1920, 1080)]
    [InlineData("dark", 1920, 1080)]
    public async Task The_first_page_is_the_moving_graph_of_travels(string theme, int width, int height)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Flags });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        List<string> complaints = [];
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
        await page.AddInitScriptAsync($"localStorage.setItem('weft.theme', '{theme}')");

        await page.GotoAsync(mesh.Weft.Console.ToString());
        await page.WaitForSelectorAsync(".weft-canvas canvas", new PageWaitForSelectorOptions { Timeout = 60_000 });

        await Eventually.Async(
            () => page.InnerTextAsync("[data-test=graph-side-panel]"),
            text => AllEdges().IsMatch(text),
            TestContext.Current.CancellationToken);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, $"graph-{theme}-{width}.png") });
        Assert.Empty(complaints);
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
