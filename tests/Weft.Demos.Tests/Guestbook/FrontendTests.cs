using System.Net;
using System.Text.Json.Nodes;
using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook;

public sealed class FrontendTests
{
    private const string V1 = "gcr.io/google-samples/gb-frontend:v4";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_head_of_the_page_is_the_one_that_the_tutorial_shows()
    {
        await using var world = new DemoWorld();
        _ = world.Start("frontend", V1);
        using var client = world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Head, "http://frontend/");

        using var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(921, answer.Content.Headers.ContentLength);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("\"399-51f54bdb4a600\"", answer.Headers.ETag?.ToString());
        Assert.Equal("Wed, 09 Sep 2015 18:35:04 GMT", answer.Content.Headers.GetValues("Last-Modified").Single());
        Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
    }

    [Theory]
    [InlineData(V1, "<title>Guestbook</title>|<h2>Guestbook</h2>")]
    [InlineData("wshihadeh/guestbook:v2", "<h2 style=\"color: GREEN;\">Guestbook V2</h2>")]
    [InlineData("docker.io/wshihadeh/guestbook:v2", "<h2 style=\"color: GREEN;\">Guestbook V2</h2>")]
    public async Task Each_version_has_the_lines_that_the_tutorial_looks_for(string image, string lines)
    {
        await using var world = new DemoWorld();
        _ = world.Start("frontend", image);
        using var client = world.Client();

        var page = await client.GetStringAsync(new Uri("http://frontend/"), Cancellation);

        Assert.Equal(lines.Split('|'), page.Split('\n').Where(line => line.Contains("Guest", StringComparison.Ordinal)).Select(line => line.Trim()));
    }

    [Fact]
    public async Task A_browser_that_has_the_page_is_not_sent_it_again()
    {
        await using var world = new DemoWorld();
        _ = world.Start("frontend", V1);
        using var client = world.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", "\"399-51f54bdb4a600\"");

        using var answer = await client.GetAsync(new Uri("http://frontend/index.html"), Cancellation);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Fact]
    public async Task Messages_are_written_to_the_master_and_read_from_a_replica()
    {
        await using var world = new DemoWorld();
        _ = world.Start("redis-master", "k8s.gcr.io/redis:e2e");
        _ = world.Start("redis-slave", "gcr.io/google_samples/gb-redisslave:v3");
        _ = world.Start("frontend", V1);
        using var client = world.Client();
        var message = "hi, \"you\" <b> \\ ü";

        var set = await client.GetStringAsync(new Uri("http://frontend/guestbook.php?cmd=set&key=messages&value=" + Uri.EscapeDataString(message)), Cancellation);
        JsonNode? get = null;
        await RedisTests.UntilAsync(async () =>
        {
            get = JsonNode.Parse(await client.GetStringAsync(new Uri("http://frontend/guestbook.php?cmd=get&key=messages"), Cancellation));
            return (string?)get!["data"] != "";
        });

        Assert.Equal("""{"message": "Updated"}""", set);
        Assert.Equal(message, (string?)get!["data"]);
        Assert.Equal("""{"data": ""}""", await client.GetStringAsync(new Uri("http://frontend/guestbook.php?cmd=anything&key=none"), Cancellation));
    }

    [Fact]
    public async Task Without_redis_the_script_says_so()
    {
        await using var world = new DemoWorld();
        _ = world.Start("frontend", V1);
        using var client = world.Client();

        using var answer = await client.GetAsync(new Uri("http://frontend/guestbook.php?cmd=get&key=messages"), Cancellation);
        using var about = await client.GetAsync(new Uri("http://frontend/guestbook.php"), Cancellation);
        using var script = await client.GetAsync(new Uri("http://frontend/guestbook.js"), Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["error"]);
        Assert.Equal(HttpStatusCode.OK, about.StatusCode);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
    }
}
