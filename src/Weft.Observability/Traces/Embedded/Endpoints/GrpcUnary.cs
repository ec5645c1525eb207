using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>
/// One unary gRPC call on Kestrel (gRPC over HTTP/2: a compressed flag, four bytes of length, the message). Requests may be gzip, which is
/// what OpenTelemetry's exporters send.
/// </summary>
internal static class GrpcUnary
{
    public const int InvalidArgument = 3;
    public const int ResourceExhausted = 8;
    public const int Unimplemented = 12;

    private const int PrefixLength = 5;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int maxBytes)
    {
        var body = await ReportBody.ReadAsync(context.Request.Body, maxBytes, context.RequestAborted);
        if (body.Length < PrefixLength || BinaryPrimitives.ReadUInt32BigEndian(body.Span[1..]) != body.Length - PrefixLength)
            throw new ReportException(StatusCodes.Status400BadRequest, "the request is not one gRPC message");
        var message = body[PrefixLength..];
        if (body.Span[0] == 0)
            return message;
        var encoding = context.Request.Headers["grpc-encoding"].ToString();
        if (encoding != "gzip")
            throw new ReportException(StatusCodes.Status400BadRequest, $"grpc-encoding '{encoding}' is not spoken here; gzip is");
        await using var gzip = new GZipStream(new MemoryStream(message.ToArray()), CompressionMode.Decompress);
        return await ReportBody.ReadAsync(gzip, maxBytes, context.RequestAborted);
    }

    public static async Task AnswerAsync(HttpContext context, IMessage message)
    {
        context.Response.ContentType = "application/grpc";
        var frame = new byte[PrefixLength + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixLength);
        message.WriteTo(frame.AsSpan(PrefixLength));
        await context.Response.BodyWriter.WriteAsync(frame, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Ends the call with a status other than OK, in the head of the response alone (gRPC over HTTP/2, Trailers-Only).</summary>
    public static Task EndAsync(HttpContext context, int status, string message)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = status.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = PercentEncoded(message);
        return Task.CompletedTask;
    }

    // Printable ASCII but the percent sign as it is, the rest as %XX.
    private static string PercentEncoded(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(message))
        {
            if (unit is >= 0x20 and <= 0x7E and not (byte)'%')
                text.Append((char)unit);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
        }

        return text.ToString();
    }
}
