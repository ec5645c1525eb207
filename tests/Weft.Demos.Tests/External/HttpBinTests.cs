using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Demos.External.HttpBin;
using Weft.Demos.Hosting;

namespace Weft.Demos.External;

public sealed class HttpBinTests
{
    private const string Image = "docker.io/mccutchen/go-httpbin:v2.15.0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("200", 0.5, 200)]
    [InlineData("200,500", 0.4, 200)]
    [InlineData("200,500", 0.6, 500)]
    [InlineData("200:0.9,504:0.1", 0.89, 200)]
    [InlineData("200:0.9,504:0.1", 0.95, 504)]
    [InlineData("200:0,504:0", 0.5, 504)]
    [InlineData("99", 0, null)]
    [InlineData("200:x", 0, null)]
    [InlineData("200:1:1", 0, null)]
    [InlineData("", 0, null)]
    public void A_status_is_drawn_by_weight(string text, double draw, int? code) => Assert.Equal(code, StatusChoice.From(text, draw));

    [Theory]
    [InlineData("/status/204", 204)]
    [InlineData("/status/nine", 400)]
    [InlineData("/delay/0.01", 200)]
    [InlineData("/delay/soon", 400)]
    [InlineData("/drip?numbytes=3&duration=0.1&code=202", 202)]
    [InlineData("/redirect/2", 302)]
    [InlineData("/redirect/0", 404)]
    [InlineData("/html", 200)]
    [InlineData("/", 200)]
    [InlineData("/nowhere", 404)]
    public async Task Endpoints_answer_with_their_status(string path, int status)
    {
        await using var world = new DemoWorld();
        _ = world.Start("httpbin", Image);
        using var client = world.Client();

        using var answer = await client.GetAsync(new Uri("http://httpbin:8080" + path), Cancellation);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Requests_are_described_with_lists_as_the_image_does()
    {
        await using var world = new DemoWorld();
        _ = world.Start("httpbin", Image);
        using var client = world.Client();
        client.DefaultRequestHeaders.Add("X-Two", ["one", "two"]);

        var get = JsonNode.Parse(await client.GetStringAsync(new Uri("http://httpbin:8080/get?a=1&a=2"), Cancellation))!;
        var headers = JsonNode.Parse(await client.GetStringAsync(new Uri("http://httpbin:8080/headers"), Cancellation))!;
        using var body = new StringContent("{\"a\":1}", Encoding.UTF8, "application/json");
        using var posted = await client.PostAsync(new Uri("http://httpbin:8080/anything/else"), body, Cancellation);
        var anything = JsonNode.Parse(await posted.Content.ReadAsStringAsync(Cancellation))!;

        Assert.Equal("http://httpbin:8080/get?a=1&a=2", (string?)get["url"]);
        Assert.Equal("2", (string?)get["args"]!["a"]![1]);
        Assert.StartsWith("one", (string?)headers["headers"]!["X-Two"]![0], StringComparison.Ordinal);
        Assert.Equal("POST", (string?)anything["method"]);
        Assert.Equal(1, (int)anything["json"]!["a"]!);
    }

    [Fact]
    public async Task Bytes_identifiers_and_origins_are_given()
    {
        await using var world = new DemoWorld();
        _ = world.Start("httpbin", Image);
        using var client = world.Client();

        Assert.Equal(1000, (await client.GetByteArrayAsync(new Uri("http://httpbin:8080/bytes/1000"), Cancellation)).Length);
        Assert.True(Guid.TryParse((string?)JsonNode.Parse(await client.GetStringAsync(new Uri("http://httpbin:8080/uuid"), Cancellation))!["uuid"], out _));
        Assert.NotEqual("", (string?)JsonNode.Parse(await client.GetStringAsync(new Uri("http://httpbin:8080/ip"), Cancellation))!["origin"]);
        using var wrong = await client.GetAsync(new Uri("http://httpbin:8080/post"), Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrong.StatusCode);
    }
}
