using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Weft.Observability.Http;

namespace Weft.Observability.Traces;

/// <summary>
/// Asks a tracing backend for JSON: one time limit over all, one repeat (<see cref="RepeatedHttp"/>), a limit on size. Every failure is a <see cref="TraceQueryException"/>, except cancellation by the caller.
/// </summary>
internal sealed class TraceHttp(HttpClient http, TraceClientOptions options, TimeProvider time)
{
    private readonly string _root = options.Endpoint.AbsoluteUri.TrimEnd('/');
    private readonly RepeatedHttp _http = new(http, time);

    /// <summary>What <paramref name="read"/> makes of the answer; default when it is 404. Paths begin with a slash.</summary>
    public async Task<T?> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var address = new Uri(_root + path);
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(cancelled => RequestAsync(address, cancelled), static _ => false, either.Token);
            return response.StatusCode == HttpStatusCode.NotFound ? default : await ReadAsync(address, response, read, either.Token);
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TraceQueryException(address, TraceQueryError.Timeout, $"no answer within {options.Timeout.TotalSeconds:0.###} s", cause);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw new TraceQueryException(address, TraceQueryError.Unreachable, cause.Message, cause);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new TraceQueryException(address, TraceQueryError.InvalidResponse, cause.Message, cause);
        }
    }

    /// <summary>Ends when the answer is one of the backend's own. Unlike elsewhere 404 is a failure: what has no such page is another server.</summary>
    public async Task ProbeAsync(string path, Func<JsonElement, bool> isOwn, CancellationToken cancellationToken)
    {
        var isThere = await GetAsync(path, json => isOwn(json) ? true : throw new FormatException("an answer of another kind of server"), cancellationToken);
        if (!isThere)
            throw new TraceQueryException(new Uri(_root + path), TraceQueryError.Rejected, "status 404");
    }

    private async ValueTask<HttpRequestMessage> RequestAsync(Uri address, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        foreach (var (name, value) in options.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (options.BearerToken is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(cancellationToken));
        return request;
    }

    private async Task<T> ReadAsync<T>(Uri address, HttpResponseMessage response, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var body = await ReadBodyAsync(address, response, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new TraceQueryException(address, TraceQueryError.Rejected, $"status {(int)response.StatusCode}: {Reason(body)}");
        using var document = JsonDocument.Parse(body);
        return read(document.RootElement);
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[(int)Math.Clamp((response.Content.Headers.ContentLength ?? 16383) + 1, 256, 1 << 20)];
        var length = 0;
        int count;
        while ((count = await stream.ReadAsync(body.AsMemory(length), cancellationToken)) > 0)
        {
            length += count;
            if (length > options.MaxResponseSize)
                throw new TraceQueryException(address, TraceQueryError.InvalidResponse, $"the answer exceeds {options.MaxResponseSize} bytes");
            if (length == body.Length)
                Array.Resize(ref body, 2 * length);
        }

        return body.AsMemory(0, length);
    }

    // Jaeger's own words when there are, else the beginning of the text that Tempo or a gateway wrote.
    private static string Reason(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("errors")[0].GetProperty("msg").GetString() ?? "";
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 200)]);
        }
    }
}
