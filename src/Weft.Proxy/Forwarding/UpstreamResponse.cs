using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding;

/// <summary>Brings an upstream's response to the client, piece by piece.</summary>
internal static class UpstreamResponse
{
    private const string GrpcStatusName = "grpc-status";

    /// <summary>Copies the headers that pass on.</summary>
    public static void CopyHeaders(HttpExchange exchange, UpstreamReply reply)
    {
        exchange.ResponseHeaders.Clear();
        reply.CopyHeaders(exchange.ResponseHeaders);
        RouteHeaders.ApplyToResponse(exchange);
    }

    /// <summary>Copies the body as it comes.</summary>
    public static async Task CopyBodyAsync(HttpExchange exchange, UpstreamReply reply, StreamTimers timers, CancellationToken cancellationToken)
    {
        var writer = exchange.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        await exchange.Http.Response.StartAsync(cancellationToken);
        if (exchange.GrpcWeb is { IsText: true } web)
        {
            await CopyTextAsync(exchange, reply, web, writer, timers, cancellationToken);
            return;
        }

        while (true)
        {
            var memory = writer.GetMemory(4096);
            var read = await reply.ReadAsync(memory, cancellationToken);
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

    public static async Task CopyTrailersAsync(HttpExchange exchange, UpstreamReply reply, CancellationToken cancellationToken)
    {
        var trailers = reply.Trailers;
        if (trailers.Count == 0)
        {
            return;
        }

        if (exchange.IsGrpc && trailers.FirstOrDefault(trailer => trailer.Key.Equals(GrpcStatusName, StringComparison.OrdinalIgnoreCase)).Value is { Count: > 0 } status)
        {
            exchange.GrpcStatus = status.ToString();
        }

        if (exchange.GrpcWeb is { } web)
        {
            var writer = exchange.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
            web.WriteTrailers(trailers.SelectMany(trailer => trailer.Value.Select(value => (trailer.Key, value ?? ""))), writer);
            await writer.FlushAsync(cancellationToken);
            return;
        }

        if (exchange.Http.Features.Get<IHttpResponseTrailersFeature>() is { Trailers.IsReadOnly: false } feature)
        {
            foreach (var (name, values) in trailers)
            {
                feature.Trailers[name] = feature.Trailers.TryGetValue(name, out var present) ? StringValues.Concat(present, values) : values;
            }
        }
    }

    private static async Task CopyTextAsync(HttpExchange exchange, UpstreamReply source, GrpcWebCodec web, PipeWriter writer, StreamTimers timers, CancellationToken cancellationToken)
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
    public static string? GrpcStatus(HttpExchange exchange, UpstreamReply reply) => exchange.IsGrpc ? reply.Header(GrpcStatusName) : null;
}
