using Microsoft.Extensions.Logging;
using Weft.Observability.Metrics.Embedded;
using Weft.Observability.Traces.Embedded;

namespace Weft.Host.Composition;

/// <summary>The stores of a mesh without Prometheus and Jaeger. They answer on the ports that those would, and their readers know no difference.</summary>
internal static class EmbeddedStores
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(5);

    public static Task<EmbeddedPrometheus> StartMetricsAsync(MeshPorts ports, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        EmbeddedPrometheus.StartAsync(
            new EmbeddedPrometheusOptions
            {
                Listen = MeshPorts.Loopback(ports.Prometheus),
                ScrapeInterval = ScrapeInterval,
                TimeProvider = time,
                LoggerFactory = loggers,
            },
            cancellationToken);

    public static Task<EmbeddedTracing> StartTracesAsync(MeshPorts ports, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        EmbeddedTracing.StartAsync(
            new EmbeddedTracingOptions
            {
                Query = [MeshPorts.Loopback(ports.Traces)],
                Tempo = [MeshPorts.Loopback(ports.Tempo)],
                OtlpGrpc = [MeshPorts.Loopback(ports.OtlpGrpc)],
                OtlpHttp = [MeshPorts.Loopback(ports.OtlpHttp)],
                Zipkin = [MeshPorts.Loopback(ports.Zipkin)],
                QueryBasePath = "/jaeger",
                TimeProvider = time,
                LoggerFactory = loggers,
            },
            cancellationToken);
}
