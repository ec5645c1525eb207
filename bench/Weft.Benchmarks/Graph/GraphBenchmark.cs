using BenchmarkDotNet.Attributes;
using Weft.Api.Graph;
using Weft.Console.Graph;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;

namespace Weft.Benchmarks.Graph;

/// <summary>
/// A traffic graph over all namespaces with all appenders, from the options to the bytes of the answer: writing the queries, reading
/// Prometheus' JSON, nodes, edges, health, boxes, and writing our JSON. Everything but the store's own time.
/// </summary>
[InProcess, MemoryDiagnoser, WarmupCount(3), IterationCount(10)]
public class GraphBenchmark : IDisposable
{
    private SyntheticMesh? _mesh;
    private HttpClient? _http;
    private GraphService? _graphs;
    private GraphOptions? _options;

    [Params(100, 300, 1000)]
    public int Workloads { get; set; }

    [Params(GraphType.VersionedApp, GraphType.Service)]
    public GraphType GraphType { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _mesh = new SyntheticMesh(Workloads);
        _http = new HttpClient(_mesh);
        var prometheus = new PrometheusClient(_http, new PrometheusClientOptions { Endpoint = new Uri("http://synthetic") }, TimeProvider.System);
        _graphs = new GraphService(prometheus, new SnapshotSource<MeshInventory>(_mesh.Inventory), new HealthRules(HealthConfig.Default));
        _options = new GraphOptions
        {
            Namespaces = _mesh.Namespaces,
            QueryTime = DateTimeOffset.FromUnixTimeSeconds(1795234165),
            GraphType = GraphType,
            InjectServiceNodes = true,
            BoxBy = BoxBy.App | BoxBy.Namespace,
        };
    }

    [Benchmark]
    public async Task<int> Graph()
    {
        var graph = await _graphs!.RunAsync(_options!, CancellationToken.None);
        return GraphJson.Write(graph).Length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _http?.Dispose();
        _mesh?.Dispose();
        GC.SuppressFinalize(this);
    }
}
