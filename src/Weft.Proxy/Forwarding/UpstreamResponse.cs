using System.IO.Pipelines;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding;

/// <summary>Brings an upstream's response to the client, piece by piece.</summary>
internal static class UpstreamResponse
{
    /// <summary>Copies the headers that pass on.</summary>
    public static void CopyHeaders(HttpExchange exchange, HttpResponseMessage response)
    {
        var target = exchange.ResponseHeaders;
        target.Clear();
        var listed = response.Headers.NonValidated.TryGetValues("Connection", out var connection) ? connection.ToString() : "";
        Copy(target, response.Headers.NonValidated, listed);
        Copy(target, response.Content.Headers.NonValidated, listed);
        RouteHeaders.ApplyToResponse(exchange);
    }

    /// <summary>Copies the body as it comes.</summary>
    public static async Task CopyBodyAsync(HttpExchange exchange, HttpResponseMessage response, StreamTimers timers, CancellationToken cancellationToken)
    {
        var writer = exchange.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        await exchange.Http.Response.StartAsync(cancellationToken);
        if (exchange.GrpcWeb is { IsText: true } web)
        {
            await CopyTextAsync(exchange, source, web, writer, timers, cancellationToken);
            return;
        }

        while (true)
        {
            var memory = writer.GetMemory(4096);
            var read = await source.ReadAsync(memory, cancellationToken);
            if (read == 0)
            {
                return;
            }

            exchange.ResponseBodyBytes += read;
            exchange.ResponseMessages?.Observe(memory.Span[..read]);
            timers.Progress();
            writer.Advance(read);
            await writer.FlushAsync(cancellationToken);
        }
    }

    public static async Task CopyTrailersAsync(HttpExchange exchange, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var trailers = response.TrailingHeaders.NonValidated;
        if (trailers.Count == 0)
        {
            return;
        }

        if (exchange.IsGrpc && trailers.TryGetValues("grpc-status", out var status))
        {
            exchange.GrpcStatus = status.ToString();
        }

        if (exchange.GrpcWeb is { } web)
        {
            var writer = exchange.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
            web.WriteTrailers(trailers.SelectMany(trailer => trailer.Value.Select(value => (trailer.Key, value))), writer);
            await writer.FlushAsync(cancellationToken);
            return;
        }

        if (exchange.Http.Features.Get<IHttpResponseTrailersFeature>() is { Trailers.IsReadOnly: false } feature)
        {
            foreach (var (name, values) in trailers)
            {
                feature.Trailers[name] = Values(values);
            }
        }
    }

    private static async Task CopyTextAsync(HttpExchange exchange, Stream source, GrpcWebCodec web, PipeWriter writer, StreamTimers timers, CancellationToken cancellationToken)
    {
        var buffer = new byte[8 * 1024];
        while (await source.ReadAsync(buffer, cancellationToken) is var read && read > 0)
        {
            exchange.ResponseBodyBytes += read;
            exchange.ResponseMessages?.Observe(buffer.AsSpan(0, read));
            timers.Progress();
            web.Write(buffer.AsSpan(0, read), writer);
            await writer.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Of the headers; null when the request is no gRPC or the status comes later.</summary>
    public static string? GrpcStatus(HttpExchange exchange, HttpResponseMessage response) =>
        exchange.IsGrpc && response.Headers.NonValidated.TryGetValues("grpc-status", out var status) ? status.ToString() : null;

    private static void Copy(Microsoft.AspNetCore.Http.IHeaderDictionary target, HttpHeadersNonValidated headers, string listed)
    {
        foreach (var (name, values) in headers)
        {
            if (HttpHeaderRules.IsHopByHop(name) || (listed.Length > 0 && listed.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                continue;
            }

            target[name] = Values(values);
        }
    }

    private static StringValues Values(HeaderStringValues values) => values.Count == 1 ? values.ToString() : new StringValues([.. values]);
}
