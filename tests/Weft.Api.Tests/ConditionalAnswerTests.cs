using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>Answers of graphs and lists have a tag, are not sent to who has them, and are compressed for who asks.</summary>
public sealed class ConditionalAnswerTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    private const string Graph = "/api/namespaces/graph?namespaces=bookinfo&queryTime=1795234165&duration=300s";
    private const string List = "/api/clusters/workloads?namespaces=bookinfo&queryTime=1795234400";

    public static TheoryData<string> Pages => [Graph, List, "/api/clusters/services", "/api/clusters/apps?health=false", "/api/clusters/health?type=app&queryTime=1795234400"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Who_has_an_answer_is_told_so(string page)
    {
        using var first = await SendAsync(page);
        var tag = Assert.IsType<EntityTagHeaderValue>(first.Headers.ETag);
        Assert.True(first.Headers.CacheControl!.NoCache);
        using var again = await SendAsync(page, ("If-None-Match", $"\"other\", {tag}"));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(tag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var changed = await SendAsync(page, ("If-None-Match", "W/\"other\""));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Theory]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("identity", null)]
    [InlineData("broken;;q=x", null)]
    public async Task An_answer_comes_in_a_coding_that_was_asked_for(string accepted, string? coding)
    {
        using var plain = await SendAsync(Graph);
        using var coded = await SendAsync(Graph, ("Accept-Encoding", accepted));
        Assert.Equal(coding, coded.Content.Headers.ContentEncoding.SingleOrDefault());
        var (expected, bytes) = (await BytesAsync(plain), await BytesAsync(coded));
        Assert.Equal(coding is not null, bytes.Length < expected.Length / 3);
        using Stream decoded = coding switch
        {
            "br" => new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress),
            _ => new MemoryStream(bytes),
        };
        using var text = new MemoryStream();
        await decoded.CopyToAsync(text, TestContext.Current.CancellationToken);
        Assert.Equal(expected, text.ToArray());
    }

    [Fact]
    public async Task An_answer_with_a_part_missing_has_no_tag()
    {
        world.Fault = MetricsFault.IsBroken;
        using var partial = await SendAsync("/api/clusters/workloads?namespaces=bookinfo&queryTime=1795234399");
        world.Fault = MetricsFault.None;
        Assert.Equal(HttpStatusCode.OK, partial.StatusCode);
        Assert.Null(partial.Headers.ETag);
        Assert.True(partial.Headers.CacheControl!.NoStore);
    }

    private async Task<HttpResponseMessage> SendAsync(string page, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await world.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<byte[]> BytesAsync(HttpResponseMessage response) => response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
}
