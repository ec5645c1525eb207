using System.Collections.Concurrent;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>The queues of all log services that this proxy's configurations name. Disposing sends what waits, for a short time.</summary>
internal sealed class LogExporters(ProxyContext proxy, ClusterClient client) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<LogDestination, Lazy<LogExporter>> _exporters = new();

    public LogExporter For(LogDestination destination) => _exporters.GetOrAdd(destination, key => new Lazy<LogExporter>(() => Create(key))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var exporter in _exporters.Values)
        {
            await exporter.Value.DisposeAsync();
        }
    }

    private LogExporter Create(LogDestination destination) => destination.IsOtlp
        ? new LogExporter(destination, new OtlpLogSender(destination, proxy.Node.XdsNode, client), proxy.Stats.OtlpLogs, proxy.Time)
        : new LogExporter(destination, new EnvoyLogSender(destination, proxy.Node.XdsNode, client), proxy.Stats.GrpcLogs, proxy.Time);
}
