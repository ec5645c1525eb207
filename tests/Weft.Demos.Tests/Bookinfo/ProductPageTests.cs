using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo;

public sealed class ProductPageTests
{
    private const string Page = "http://productpage:9080/productpage";
    private const string Api = "http://productpage:9080/api/v1/products";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1", null)]
    [InlineData("v2", "5 of 5 stars, black")]
    [InlineData("v3", "4 of 5 stars, red")]
    public async Task The_page_shows_details_and_reviews_with_the_stars_of_the_version(string version, string? stars)
    {
        await using var world = BookinfoWorlds.Shop(version);
        using var client = world.Client();

        var page = await client.GetStringAsync(new Uri(Page), Cancellation);

        Assert.Contains("<title>Simple Bookstore App</title>", page, StringComparison.Ordinal);
        Assert.Contains("PublisherA", page, StringComparison.Ordinal);
        Assert.Contains("Reviews served by: <code>reviews-pod-1</code>", page, StringComparison.Ordinal);
        Assert.Equal(stars is not null, page.Contains("of 5 stars", StringComparison.Ordinal));
        Assert.Contains(stars ?? "Book Reviews", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_stands_when_the_services_behind_it_are_down()
    {
        await using var world = BookinfoWorlds.Shop();
        world.Broken["details"] = true;
        world.Broken["reviews"] = true;
        using var client = world.Client();

        var page = await client.GetStringAsync(new Uri(Page), Cancellation);

        Assert.Contains("Error fetching product details", page, StringComparison.Ordinal);
        Assert.Contains("Sorry, product details are currently unavailable for this book.", page, StringComparison.Ordinal);
        Assert.Contains("Error fetching product reviews", page, StringComparison.Ordinal);
        Assert.Contains("Sorry, product reviews are currently unavailable for this book.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_signs_in_is_told_to_the_services_behind_and_whoever_only_says_so_is_not()
    {
        await using var world = BookinfoWorlds.Shop();
        var seen = new TaskCompletionSource<IHeaderDictionary>();
        _ = world.Serve("reviews", 9080, application => application.MapGet("/reviews/0", (HttpContext request) =>
        {
            seen.TrySetResult(new HeaderDictionary(request.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)));
            return request.Response.WriteTextAsync(200, "application/json", "{}");
        }));
        using var client = world.Client();
        client.DefaultRequestHeaders.Add("end-user", "mallory");
        using var form = new FormUrlEncodedContent([new("username", "jason"), new("passwd", "any")]);

        using var login = await client.PostAsync(new Uri("http://productpage:9080/login"), form, Cancellation);
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        var page = await client.GetStringAsync(new Uri(Page), Cancellation);
        using var logout = await client.GetAsync(new Uri("http://productpage:9080/logout"), Cancellation);

        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        Assert.Equal("/productpage", login.Headers.Location?.ToString());
        Assert.Contains("jason (<a href=\"/logout\">sign out</a>)", page, StringComparison.Ordinal);
        Assert.Equal("jason", (await seen.Task)["end-user"]);
        Assert.Contains("session=;", logout.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://productpage:9080/productpage?u=test", "/productpage?u=test")]
    [InlineData("http://elsewhere.example/trap", "/productpage")]
    [InlineData("//elsewhere.example", "/productpage")]
    public async Task A_login_leads_back_but_never_to_another_site(string referer, string location)
    {
        await using var world = BookinfoWorlds.Shop();
        using var client = world.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Referer", referer);
        using var form = new FormUrlEncodedContent([new("username", "<script>")]);

        using var login = await client.PostAsync(new Uri("http://productpage:9080/login"), form, Cancellation);
        client.DefaultRequestHeaders.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        var page = await client.GetStringAsync(new Uri(Page), Cancellation);

        Assert.Equal(location, login.Headers.Location?.ToString());
        Assert.Contains("&lt;script&gt; (", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("DQo")]
    public async Task A_cookie_that_holds_no_name_is_nobody(string cookie)
    {
        await using var world = BookinfoWorlds.Shop();
        using var client = world.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", "session=" + cookie);

        Assert.Contains("<summary>Sign in</summary>", await client.GetStringAsync(new Uri(Page), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_gives_the_product_and_what_the_other_services_say_of_it()
    {
        await using var world = BookinfoWorlds.Shop();
        using var client = world.Client();

        var products = JsonNode.Parse(await client.GetStringAsync(new Uri(Api), Cancellation))!;
        var details = JsonNode.Parse(await client.GetStringAsync(new Uri(Api + "/0"), Cancellation))!;
        var reviews = JsonNode.Parse(await client.GetStringAsync(new Uri(Api + "/0/reviews"), Cancellation))!;
        var ratings = JsonNode.Parse(await client.GetStringAsync(new Uri(Api + "/0/ratings"), Cancellation))!;

        Assert.Equal("The Comedy of Errors", (string?)products[0]!["title"]);
        Assert.Equal("William Shakespeare", (string?)details["author"]);
        Assert.Equal("Reviewer2", (string?)reviews["reviews"]![1]!["reviewer"]);
        Assert.Equal(5, (int)ratings["ratings"]!["Reviewer1"]!);
    }

    [Fact]
    public async Task The_api_hands_on_the_status_of_a_failure_and_says_500_for_none()
    {
        await using var world = BookinfoWorlds.Shop();
        _ = world.Serve("details", 9080, application => application.MapGet("/details/0", (HttpContext request) => request.Response.WriteTextAsync(418, "application/json", "{}")));
        world.Broken["ratings"] = true;
        using var client = world.Client();

        using var details = await client.GetAsync(new Uri(Api + "/0"), Cancellation);
        using var ratings = await client.GetAsync(new Uri(Api + "/0/ratings"), Cancellation);

        Assert.Equal(418, (int)details.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, ratings.StatusCode);
        Assert.Equal("""{"error":"Sorry, product ratings are currently unavailable for this book."}""", await ratings.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Reviews_are_tried_twice_and_the_results_are_counted()
    {
        await using var world = BookinfoWorlds.Shop();
        world.Broken["reviews"] = true;
        using var client = world.Client();

        await client.GetStringAsync(new Uri(Page), Cancellation);
        var metrics = await client.GetStringAsync(new Uri("http://productpage:9080/metrics"), Cancellation);

        Assert.Contains("# TYPE request_result_total counter\n", metrics, StringComparison.Ordinal);
        Assert.Contains("request_result_total{destination_app=\"details\",response_code=\"200\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("request_result_total{destination_app=\"reviews\",response_code=\"500\"} 2\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_flooding_flavour_asks_for_the_reviews_a_hundred_times_more()
    {
        await using var world = BookinfoWorlds.Shop();
        _ = world.Start("flooding", BookinfoWorlds.Images + "productpage-v-flooding:1.20.3");
        using var client = world.Client();

        await client.GetStringAsync(new Uri("http://flooding:9080/productpage"), Cancellation);

        Assert.Contains("response_code=\"200\"} 101\n", await client.GetStringAsync(new Uri("http://flooding:9080/metrics"), Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8", "Normal user")]
    [InlineData("/index.html", "text/html; charset=utf-8", "/productpage?u=test")]
    [InlineData("/health", "text/html; charset=utf-8", "Product page is healthy")]
    [InlineData("/static/bookinfo.css", "text/css", "prefers-color-scheme")]
    public async Task The_other_pages_answer(string path, string type, string text)
    {
        await using var world = BookinfoWorlds.Shop();
        using var client = world.Client();

        using var answer = await client.GetAsync(new Uri("http://productpage:9080" + path), Cancellation);

        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
        Assert.Contains(text, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_traffic_generator_visits_the_page()
    {
        await using var world = BookinfoWorlds.Shop();
        var exit = world.Start(
            "generator", "quay.io/kiali/kiali-test-mesh-traffic-generator:latest", ("DURATION", "1s"), ("RATE", "20"), ("ROUTE", Page), ("SILENT", "false"));

        Assert.Equal(0, await exit);
        Assert.Contains($"GET {Page}: 200", world.Log);
        Assert.Equal(1, await world.Start("idle", "quay.io/kiali/kiali-test-mesh-traffic-generator:latest"));
    }
}
