using Google.Protobuf;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Trace.V1;
using Weft.Proxy.Forwarding;
using Node = Envoy.Config.Core.V3.Node;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>OTLP's LogsService: a call for each batch.</summary>
internal sealed class OtlpLogSender(LogDestination destination, Node node, ClusterClient client) : ILogSender
{
    private const string Method = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

    private readonly ClusterRequest _request = new()
    {
        Cluster = destination.Cluster,
        Method = "POST",
        Authority = destination.Authority,
        Path = Method,
        Headers = destination.Headers(),
        IsGrpc = true,
        Timeout = TimeSpan.FromSeconds(10),
    };

    private readonly Resource _resource = ResourceOf(destination, node);

    public async Task SendAsync(IReadOnlyList<IMessage> batch, CancellationToken cancellationToken)
    {
        var scope = new ScopeLogs();
        scope.LogRecords.AddRange(batch.Cast<LogRecord>());
        var logs = new LogsData { ResourceLogs = { new ResourceLogs { Resource = _resource, ScopeLogs = { scope } } } };
        var answer = await client.SendAsync(_request with { Body = GrpcMessage.Frame(logs.ToByteArray()) }, cancellationToken);
        if (answer.Status != 200 || answer.Find("grpc-status") is not (null or "0"))
        {
            throw new ClusterRequestException($"{destination.Cluster} answered {answer.Status}, gRPC status {answer.Find("grpc-status")}", null);
        }
    }

    public Task CloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Resource ResourceOf(LogDestination destination, Node node)
    {
        var resource = new Resource();
        if (destination.TellsSender)
        {
            resource.Attributes.AddRange([Label("log_name", destination.LogName), Label("zone_name", node.Locality?.Zone ?? ""), Label("cluster_name", node.Cluster), Label("node_name", node.Id)]);
        }

        resource.Attributes.AddRange(destination.Resource?.Attributes ?? []);
        return resource;
    }

    private static KeyValue Label(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
