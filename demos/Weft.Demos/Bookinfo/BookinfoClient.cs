using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo;

/// <summary>An answer with a JSON object as body.</summary>
internal sealed record BookinfoAnswer(int Status, JsonObject Body);

/// <summary>The calls between Bookinfo's services: a connection and a time limit each.</summary>
internal sealed class BookinfoClient(DemoContext context) : IDisposable
{
    private const string ServicePort = "9080";

    private readonly HttpClient _http = DemoHttpClient.CreateUnpooled(context);

    /// <summary>Where a service is, by the environment's <c>{NAME}_HOSTNAME</c>, <c>{NAME}_SERVICE_PORT</c> and <c>SERVICES_DOMAIN</c>.</summary>
    public string BaseOf(string service)
    {
        var upper = service.ToUpperInvariant();
        var host = context.Setting(upper + "_HOSTNAME", service);
        var domain = context.Setting("SERVICES_DOMAIN");
        return $"http://{host}{(domain.Length > 0 ? "." + domain : "")}:{context.Setting(upper + "_SERVICE_PORT", ServicePort)}";
    }

    /// <summary>The answer whatever its status; null when there was none in time or its body is no JSON object.</summary>
    public async Task<BookinfoAnswer?> GetAsync(string url, BookinfoHeaders headers, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, url);
            headers.Apply(call);
            using var answer = await _http.SendAsync(call, either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            return new BookinfoAnswer((int)answer.StatusCode, JsonNode.Parse(text) as JsonObject ?? throw new JsonException("no JSON object"));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
        {
            context.Log($"GET {url}: {error.Message}");
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            context.Log($"GET {url}: no answer within {limit.TotalSeconds} s");
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
