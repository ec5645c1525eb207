using Microsoft.Playwright;

namespace Weft.EndToEnd;

/// <summary>A page of the console in a real browser; what the page complains about is kept.</summary>
internal sealed class ConsolePage : IAsyncDisposable
{
    // What keeps Debian's Chromium from talking to the outside on its own.
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];

    private ConsolePage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _complaints.Add($"{message.Text} ({message.Location})");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts and requests so far.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    private static string Screenshots => Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    public static async Task<ConsolePage> OpenAsync(Uri address, string theme = "light", int width = 1280, int height = 800)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Flags });
        var page = new ConsolePage(playwright, browser, await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } }));
        await page.Page.AddInitScriptAsync($"localStorage.setItem('weft.theme', '{theme}')");
        await page.Page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>Waits until the page shows all these texts; what it shows is told when it never does.</summary>
    public Task ShowsAsync(params string[] texts) =>
        Eventually.Async(() => Page.InnerTextAsync("main"), shown => texts.All(text => shown.Contains(text, StringComparison.OrdinalIgnoreCase)), TestContext.Current.CancellationToken);

    /// <summary>A picture for people, beside the test's program.</summary>
    public Task PictureAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, name + ".png") });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
