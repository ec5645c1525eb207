using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding;

/// <summary>Brings an upstream's response to the client, piece by piece.</summary>
internal static class UpstreamResponse
{
    private const string GrpcStatusName = "grpc-status";
    private const int PieceLength = 8 * 1024;

    /// <summary>Copies the headers that pass on.</summary>
    public static void CopyHeaders(HttpExchange exchange, UpstreamReply reply)
    {
        exchange.ResponseHeaders.Clear();
        reply.CopyHeaders(exchange.ResponseHeaders);
        RouteHeaders.ApplyToResponse(exchange);
    }

    /// <summary>Copies the body as it comes. The head goes with its first bytes when these are there, and at once when they are not: a client may wait for it alone.</summary>
    public static async Task CopyBodyAsync(HttpExchange exchange, UpstreamReply reply, StreamTimers timers, CancellationToken cancellationToken)
    {
        var writer = exchange.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        var write = Writing(exchange, reply);
        await exchange.Http.Response.StartAsync(cancellationToken);

        // Goes back to the pool only at the body's end: after a failure someone may still be reading into it.
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        var reading = reply.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompleted)
        {
            await writer.FlushAsync(cancellationToken);
        }

        for (var read = await reading; read > 0; read = await reply.ReadAsync(buffer, cancellationToken))
        {
            exchange.ResponseBodyBytes += read;
            exchange.ResponseMessages?.Observe(buffer.AsSpan(0, read));
            timers.Progress();
            write(buffer.AsSpan(0, read), writer);
            await writer.FlushAsync(cancellationToken);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Copies what followed the body, in the way that the client takes it.</summary>
    public static async Task CopyTrailersAsync(HttpExchange exchange, UpstreamReply reply, CancellationToken cancellationToken)
    {
        var trailers = exchange.ResponseTrailers = reply.Trailers;
        if (exchange.ChunksResponse)
        {
            await ChunkedResponse.EndAsync(exchange, trailers, cancellationToken);
        }

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

    // Decided before the head leaves.
    private static ReadOnlySpanAction<byte, PipeWriter> Writing(HttpExchange exchange, UpstreamReply reply)
    {
        if (exchange.GrpcWeb is { IsText: true } web)
        {
            return web.Write;
        }

        exchange.ChunksResponse = ChunkedResponse.Begin(exchange, reply);
        return exchange.ChunksResponse ? ChunkedResponse.Write : static (piece, writer) => writer.Write(piece);
    }

    /// <summary>Of the headers; null when the request is no gRPC or the status comes later.</summary>
    public static string? GrpcStatus(HttpExchange exchange, UpstreamReply reply) => exchange.IsGrpc ? reply.Header(GrpcStatusName) : null;
}
