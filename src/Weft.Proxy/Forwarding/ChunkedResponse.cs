using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Weft.Proxy.Forwarding.Http1;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// A response's body in chunks of HTTP/1.1 (RFC 9112 section 7.1), for clients that say that they take trailers (<c>TE: trailers</c>): the chunks that Kestrel writes end without any.
/// </summary>
internal static class ChunkedResponse
{
    private const int LongestSize = 10;

    /// <summary>Announces chunks where they are needed. Called before the head leaves.</summary>
    /// <returns>Whether body and trailers are to be written by this class.</returns>
    public static bool Begin(HttpExchange exchange, UpstreamReply reply)
    {
        if (exchange is not { Protocol: "HTTP/1.1", GrpcWeb: null }
            || !HttpHeaderRules.AllowsTrailers(exchange.RequestHeaders.TE)
            || HttpMethods.IsHead(exchange.Method)
            || reply.Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified
            || exchange.ResponseHeaders.ContentLength is not null)
        {
            return false;
        }

        exchange.ResponseHeaders.TransferEncoding = "chunked";
        return true;
    }

    /// <summary>Writes one chunk.</summary>
    /// <param name="piece">Not empty.</param>
    public static void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> target)
    {
        var size = target.GetSpan(LongestSize);
        piece.Length.TryFormat(size, out var digits, "x");
        "\r\n"u8.CopyTo(size[digits..]);
        target.Advance(digits + 2);
        target.Write(piece);
        target.Write("\r\n"u8);
    }

    /// <summary>Writes the last chunk and the trailers that may stand after a body.</summary>
    public static async Task EndAsync(HttpExchange exchange, IEnumerable<KeyValuePair<string, StringValues>> trailers, CancellationToken cancellationToken)
    {
        var writer = exchange.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        WriteEnd(trailers, writer);
        await writer.FlushAsync(cancellationToken);
    }

    private static void WriteEnd(IEnumerable<KeyValuePair<string, StringValues>> trailers, PipeWriter writer)
    {
        writer.Write("0\r\n"u8);
        foreach (var (name, values) in trailers)
        {
            if (!HeaderLine.IsName(name) || !HeaderLine.MayTrail(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (value?.AsSpan().ContainsAny('\r', '\n', '\0') == false)
                {
                    writer.Write(Encoding.Latin1.GetBytes($"{name}: {value}\r\n"));
                }
            }
        }

        writer.Write("\r\n"u8);
    }
}
