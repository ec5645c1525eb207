using System.Collections.Concurrent;
using Envoy.Service.Accesslog.V3;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Proto.Logs.V1;
using Weft.Proxy.Mesh;
using Weft.Xds.Grpc;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>A server of both log protocols, outside the mesh.</summary>
internal sealed class LogService : IAsyncDisposable
{
    private readonly int _messagesPerStream;
    private TestService _server = null!;
    private int _streams;

    private LogService(int messagesPerStream) => _messagesPerStream = messagesPerStream;

    /// <summary>What came over Envoy's protocol, with the number of its stream.</summary>
    public ConcurrentQueue<(int Stream, StreamAccessLogsMessage Message)> Messages { get; } = new();

    public ConcurrentQueue<LogsData> Otlp { get; } = new();

    /// <param name="messagesPerStream">After so many the service ends a stream.</param>
    public static async Task<LogService> StartAsync(int messagesPerStream = int.MaxValue)
    {
        var service = new LogService(messagesPerStream);
        service._server = await TestService.StartAsync(service.ServeAsync, isHttp2: true);
        return service;
    }

    public void AddTo(System.Text.Json.Nodes.JsonArray clusters) => _server.AddTo(clusters, "als");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        switch (context.Request.Path.Value)
        {
            case "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs" when context.Request.Host.Value == "logs.example":
                await ReadAsync(context, Interlocked.Increment(ref _streams));
                break;
            case "/opentelemetry.proto.collector.logs.v1.LogsService/Export":
                Otlp.Enqueue((await GrpcFraming.ReadAsync(context.Request.BodyReader, LogsData.Parser, 1 << 20, context.RequestAborted))!);
                await GrpcFraming.WriteAsync(context.Response.BodyWriter, new LogsData(), context.RequestAborted);
                break;
        }

        context.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task ReadAsync(HttpContext context, int stream)
    {
        for (var count = 0; count < _messagesPerStream; count++)
        {
            if (await GrpcFraming.ReadAsync(context.Request.BodyReader, StreamAccessLogsMessage.Parser, 1 << 20, context.RequestAborted) is not { } message)
            {
                return;
            }

            Messages.Enqueue((stream, message));
        }
    }
}
