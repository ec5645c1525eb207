using System.Text;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

/// <summary>Clients who ask for too much, send what nobody can read, or do not read what they asked for: they get an answer, and the others theirs.</summary>
public sealed class HostileInputTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Yaml_that_grows_when_it_is_read_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++) bomb.Append($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        foreach (var (method, path, type) in new[] { ("POST", Maps, "application/yaml"), ("PATCH", $"{Maps}/a?fieldManager=t", "application/apply-patch+yaml") })
        {
            var (code, _) = await server.SendAsync(method, path, bomb.ToString(), type);
            Assert.InRange(code, 400, 499);
        }
    }

    [Theory]
    [InlineData("application/json", "{\"a\":", "1", "}")]
    [InlineData("application/json", "[", "", "]")]
    [InlineData("application/yaml", "[", "", "]")]
    [InlineData("application/yaml", "{a: ", "1", "}")]
    public async Task Deep_documents_are_refused(string type, string open, string inner, string close)
    {
        await using var server = await RunningServer.StartAsync();
        const int depth = 100_000;
        var (code, _) = await server.SendAsync("POST", Maps, string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth)), type);
        Assert.InRange(code, 400, 499);
    }

    [Fact]
    public async Task A_long_selector_is_answered_and_one_beyond_all_measure_refused()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Maps, """{"metadata":{"name":"a","labels":{"n":"v7"}}}""");
        var values = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"v{i}"));
        var (code, list) = await server.SendAsync("GET", $"{Maps}?labelSelector=n+in+({values})");
        Assert.Equal(200, code);
        Assert.Equal("a", Assert.Single(list["items"]!.AsArray())!["metadata"]!["name"]!.ToString());
        using var refused = await server.Client.GetAsync(new Uri($"{Maps}?labelSelector=n+in+({new string('v', 2_000_000)})", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.InRange((int)refused.StatusCode, 400, 499);
    }

    [Fact]
    public async Task Protobuf_that_was_cut_or_turned_over_is_the_callers_error()
    {
        await using var server = await RunningServer.StartAsync();
        using var good = await GetProtobufAsync(server, "/api/v1/namespaces/default");
        var bytes = await good.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var bad = bytes.ToArray();
            for (var j = 0; j < 4; j++) bad[random.Next(4, bad.Length)] = (byte)random.Next(256);
            if (i % 2 == 0) bad = bad[..random.Next(bad.Length)];
            using var content = new ByteArrayContent(bad);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/vnd.kubernetes.protobuf");
            using var answer = await server.Client.PostAsync(new Uri("/api/v1/namespaces?dryRun=All", UriKind.Relative), content, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            // An object with a revision is refused with 500, there too: that is an answer, not a failure.
            Assert.True((int)answer.StatusCode < 500 || text.Contains("resourceVersion should not be set", StringComparison.Ordinal), $"round {i}: {Convert.ToHexString(bad)} -> {text}");
        }
    }

    [Fact]
    public async Task Two_hundred_watchers_see_every_change_while_one_of_them_does_not_read()
    {
        const int watchers = 200;
        const int changes = 60;
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", Maps, """{"metadata":{"name":"w"}}""");
        using var idle = await OpenAsync(server);
        var readers = new List<(HttpResponseMessage Response, StreamReader Reader)>();
        while (readers.Count < watchers)
        {
            // A few handshakes at once: what is tested is how many watch, not how fast they come.
            readers.AddRange(await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
            {
                var response = await OpenAsync(server);
                return (response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
            })));
        }

        var load = new string('x', 20_000);
        for (var i = 0; i < changes; i++)
            await server.SendAsync("PATCH", $"{Maps}/w", $$$"""{"data":{"i":"{{{i}}}","load":"{{{load}}}"}}""", "application/merge-patch+json");
        foreach (var (response, reader) in readers)
        {
            for (var i = 0; i < changes; i++)
                Assert.Contains($"\"i\":\"{i}\"", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            reader.Dispose();
            response.Dispose();
        }

        using var late = new StreamReader(await idle.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        for (var i = 0; i < changes; i++) Assert.Contains($"\"i\":\"{i}\"", await late.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> OpenAsync(RunningServer server) => server.Client.GetAsync(
        new Uri($"{Maps}?watch=true&fieldSelector=metadata.name=w&resourceVersionMatch=NotOlderThan&sendInitialEvents=false", UriKind.Relative),
        HttpCompletionOption.ResponseHeadersRead,
        TestContext.Current.CancellationToken);

    private static Task<HttpResponseMessage> GetProtobufAsync(RunningServer server, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("application/vnd.kubernetes.protobuf");
        return server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
