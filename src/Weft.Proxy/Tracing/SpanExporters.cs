using System.Collections.Concurrent;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Tracing;

/// <summary>The queues of all collectors that this proxy's configurations name. Disposing sends what waits, for a short time.</summary>
internal sealed class SpanExporters(ProxyContext proxy, ClusterClient client) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<SpanCollector, Lazy<SpanExporter>> _exporters = new();

    public SpanExporter For(SpanCollector collector) => _exporters.GetOrAdd(collector, key => new Lazy<SpanExporter>(() => new SpanExporter(key, proxy, client))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var exporter in _exporters.Values)
        {
            await exporter.Value.DisposeAsync();
        }
    }
}
