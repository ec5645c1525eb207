using BenchmarkDotNet.Attributes;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Benchmarks.Metrics;

/// <summary>The graph's queries over 500 edges (6,000 series) scraped for half an hour.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class PromQLBenchmarks : IDisposable
{
    private const long End = SyntheticMetrics.Start + (119L * SyntheticMetrics.Interval);

    private PromQLEngine _engine = null!;

    [GlobalSetup]
    public void Setup() => _engine = new PromQLEngine(SyntheticMetrics.Filled(edges: 500, scrapes: 120), new PromQLEngineOptions(), TimeProvider.System);

    [Benchmark]
    public Task<QueryResult> GraphOfOneNamespace() => _engine.QueryAsync(
        """round(sum(rate(istio_requests_total{reporter=~"waypoint|source",source_workload_namespace="ns-4"} [600s])) by (source_cluster,source_workload_namespace,source_workload,destination_service,destination_workload,response_code) > 0,0.001)""",
        End, null, CancellationToken.None);

    [Benchmark]
    public Task<QueryResult> QuantilesOfAllEdges() => _engine.QueryAsync(
        "histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket[5m])) by (le,source_workload,destination_workload))", End, null, CancellationToken.None);

    [Benchmark]
    public Task<QueryResult> QuantilesOverHalfAnHour() => _engine.QueryRangeAsync(
        "histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket[1m])) by (le))", SyntheticMetrics.Start, End, 15_000, null, CancellationToken.None);

    [GlobalCleanup]
    public void Dispose()
    {
        _engine.Dispose();
        GC.SuppressFinalize(this);
    }
}
