using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry.Proto.Trace.V1;
using Weft.Observability.Traces.Otlp;
using Weft.Observability.Traces.Zipkin;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>The three ways in: OTLP over gRPC, OTLP over HTTP, Zipkin. A report is stored whole or refused whole, but for single spans without ids.</summary>
internal sealed class SpanReceiver(TraceStore store, int maxBytes)
{
    private const string Protobuf = "application/x-protobuf";

    public void MapOtlpGrpc(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", ExportByGrpcAsync);
        routes.MapFallback(static context => GrpcUnary.EndAsync(context, GrpcUnary.Unimplemented, $"unknown method {context.Request.Path}"));
    }

    public void MapOtlpHttp(IEndpointRouteBuilder routes) => routes.MapPost("/v1/traces", ExportByHttpAsync);

    public void MapZipkin(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v2/spans", TakeZipkinAsync);
        routes.MapGet("/health", static context => context.Response.WriteAsync("{\"status\":\"UP\"}", context.RequestAborted));
    }

    private async Task ExportByGrpcAsync(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        try
        {
            var message = await GrpcUnary.ReadAsync(context, maxBytes);
            await GrpcUnary.AnswerAsync(context, Store(TracesData.Parser.ParseFrom(message.Span)));
        }
        catch (InvalidProtocolBufferException cause)
        {
            await GrpcUnary.EndAsync(context, GrpcUnary.InvalidArgument, $"not an ExportTraceServiceRequest: {cause.Message}");
        }
        catch (ReportException cause)
        {
            await GrpcUnary.EndAsync(context, cause.Status == StatusCodes.Status413PayloadTooLarge ? GrpcUnary.ResourceExhausted : GrpcUnary.InvalidArgument, cause.Message);
        }
    }

    private async Task ExportByHttpAsync(HttpContext context)
    {
        var json = IsJson(context);
        try
        {
            var body = await ReadBodyAsync(context);
            var response = Store(json ? ReadJson(body, OtlpJsonReader.Read) : TracesData.Parser.ParseFrom(body.Span));
            context.Response.ContentType = json ? "application/json" : Protobuf;
            await context.Response.BodyWriter.WriteAsync(json ? OtlpJsonWriter.Response(response) : response.ToByteArray(), context.RequestAborted);
        }
        catch (InvalidProtocolBufferException cause)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"not an ExportTraceServiceRequest: {cause.Message}");
        }
        catch (JsonException cause)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"not an ExportTraceServiceRequest: {cause.Message}");
        }
        catch (ReportException cause)
        {
            await RefuseAsync(context, cause.Status, cause.Message);
        }
    }

    private async Task TakeZipkinAsync(HttpContext context)
    {
        try
        {
            if (!IsJson(context))
                throw new ReportException(StatusCodes.Status415UnsupportedMediaType, $"content type {context.Request.ContentType}: only application/json is taken");
            store.Add(ReadJson(await ReadBodyAsync(context), ZipkinReader.Read));
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        catch (JsonException cause)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"not a list of Zipkin v2 spans: {cause.Message}");
        }
        catch (ReportException cause)
        {
            await RefuseAsync(context, cause.Status, cause.Message);
        }
    }

    private ExportResponse Store(TracesData data)
    {
        var (spans, rejected) = OtlpReader.Read(data);
        store.Add(spans);
        return rejected == 0
            ? new ExportResponse()
            : new ExportResponse { PartialSuccess = new PartialSuccess { RejectedSpans = rejected, ErrorMessage = "spans without a valid trace id or span id were dropped" } };
    }

    // No content type is Zipkin's old default and curl's mistake; JSON is the likelier reading of both.
    private static bool IsJson(HttpContext context) =>
        context.Request.ContentType is not { } type || type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static T ReadJson<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(body);
        return read(document.RootElement);
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        return encoding switch
        {
            "" or "identity" => await ReportBody.ReadAsync(context.Request.Body, maxBytes, context.RequestAborted),
            "gzip" => await DecompressAsync(new GZipStream(context.Request.Body, CompressionMode.Decompress), context.RequestAborted),
            "deflate" => await DecompressAsync(new ZLibStream(context.Request.Body, CompressionMode.Decompress), context.RequestAborted),
            _ => throw new ReportException(StatusCodes.Status415UnsupportedMediaType, $"content encoding {encoding}: only gzip and deflate are taken"),
        };
    }

    private async Task<ReadOnlyMemory<byte>> DecompressAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using (stream)
            return await ReportBody.ReadAsync(stream, maxBytes, cancellationToken);
    }

    // The body of an error is a google.rpc.Status in the request's encoding (OTLP specification, "Failures").
    private static async Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        if (IsJson(context))
        {
            context.Response.ContentType = "application/json";
            await context.Response.BodyWriter.WriteAsync(OtlpJsonWriter.Failure(message), context.RequestAborted);
            return;
        }

        context.Response.ContentType = Protobuf;
        await context.Response.BodyWriter.WriteAsync(new Status { Message = message }.ToByteArray(), context.RequestAborted);
    }
}
