using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding;

/// <summary>A response over HTTP/2.</summary>
/// <param name="end">Called once, when it is disposed.</param>
internal sealed class Http2Reply(HttpResponseMessage response, Action end) : UpstreamReply
{
    private Stream? _body;

    public override int Status => (int)response.StatusCode;

    public override UpstreamConnection? Connection => null;

    public override IEnumerable<KeyValuePair<string, StringValues>> Headers => List(response.Headers.NonValidated).Concat(List(response.Content.Headers.NonValidated));

    public override IReadOnlyList<KeyValuePair<string, StringValues>> Trailers => [.. List(response.TrailingHeaders.NonValidated)];

    public override string? Header(string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    public override void CopyHeaders(IHeaderDictionary target)
    {
        foreach (var (name, values) in Headers)
        {
            if (!HttpHeaderRules.IsHopByHop(name))
            {
                target[name] = values;
            }
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _body ??= await response.Content.ReadAsStreamAsync(cancellationToken);
        return await _body.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask DisposeAsync()
    {
        response.Dispose();
        end();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<KeyValuePair<string, StringValues>> List(HttpHeadersNonValidated headers) =>
        headers.Select(header => new KeyValuePair<string, StringValues>(header.Key, header.Value.Count == 1 ? header.Value.ToString() : new StringValues([.. header.Value])));
}
