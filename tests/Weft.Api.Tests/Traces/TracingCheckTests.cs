using System.Net;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api.Traces;

/// <summary>What is said about the tracing backend itself.</summary>
public sealed class TracingCheckTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    [Fact]
    public async Task The_diagnosis_says_whether_the_backend_answers()
    {
        var diagnosis = JsonNode.Parse(await world.Client.GetStringAsync(new Uri("/api/tracing/diagnose", UriKind.Relative), TestContext.Current.CancellationToken))!;
        Assert.Equal(0, (int)diagnosis["code"]!);
        Assert.Equal(
            ["Parsed url: [Ok] host 127.0.0.1 - port 26686 - baseURL http://127.0.0.1:26686 - rest / - prot: http", "Asked jaeger: [Ok] it answers"],
            diagnosis["logLine"]!.AsArray().Select(step => $"{step!["test"]}: {step["result"]}"));
        Assert.Equal("http://127.0.0.1:26686", diagnosis["validConfig"]![0]!["url"]!.ToString());
    }

    [Fact]
    public async Task A_server_that_is_no_tracing_backend_is_not_taken_for_one()
    {
        // The console itself: it answers that path with 404.
        var url = new Uri(world.Client.BaseAddress!, "nothing");
        foreach (var provider in new[] { "jaeger", "tempo" })
        {
            using var content = new StringContent($$"""{"provider":"{{provider}}","internal_url":"{{url}}"}""", Encoding.UTF8, MediaTypeNames.Application.Json);
            using var response = await world.Client.PostAsync(new Uri("/api/tracing/check", UriKind.Relative), content, TestContext.Current.CancellationToken);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal("", answer["message"]!.ToString());
            Assert.Contains("answers with an error", answer["error"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"provider":"jaeger","internal_url":"http://127.0.0.1:1"}""", 200, "Error getting service status: [http://127.0.0.1:1/api/services cannot be reached]. ")]
    [InlineData("""{"provider":"jaeger","internal_url":"file:///etc/passwd"}""", 400, "internal_url: 'file:///etc/passwd' is no http or https address")]
    [InlineData("""{"provider":"zipkin","internal_url":"http://127.0.0.1:1"}""", 400, "provider: 'zipkin' is neither jaeger nor tempo")]
    [InlineData("[]", 400, null)]
    [InlineData("{", 400, null)]
    public async Task A_backend_that_is_none_is_told(string body, int status, string? error)
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json);
        using var response = await world.Client.PostAsync(new Uri("/api/tracing/check", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        if (error is not null)
        {
            Assert.Equal(error, answer["error"]!.ToString());
        }
    }
}
