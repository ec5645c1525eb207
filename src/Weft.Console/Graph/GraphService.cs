using Weft.Console.Caching;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;

namespace Weft.Console.Graph;

/// <summary>
/// Makes traffic graphs of the mesh as it is now. Safe for parallel use. Whoever asks for the same graph of the same time gets the same one:
/// it is made once and kept for a few seconds, so that many viewers cost as much as one. Beside it only hashed ids are kept.
/// </summary>
public sealed class GraphService(PrometheusClient prometheus, SnapshotSource<MeshInventory> inventory, HealthRules healthRules, TimeProvider time)
{
    // A graph of a thousand workloads takes some ten megabytes.
    private const int MostKept = 12;

    private readonly IdHashes _hashes = new();
    private readonly SharedResults<GraphKey, TrafficGraph> _graphs = new(LiveStep, MostKept, time);

    /// <summary>Graphs of "now" are made for times that are multiples of this: shorter than any scrape interval that is in use.</summary>
    public static TimeSpan LiveStep { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Fails with <see cref="MetricsQueryException"/> when the metrics store does not answer.</summary>
    public Task<TrafficGraph> RunAsync(GraphOptions options, CancellationToken cancellationToken)
    {
        var mesh = inventory.Current;
        return _graphs.GetAsync(new GraphKey(options, mesh), () => MakeAsync(options, mesh), cancellationToken);
    }

    // Not cancelled with one of those who wait; the client's time limit ends it.
    private Task<TrafficGraph> MakeAsync(GraphOptions options, MeshInventory mesh) =>
        GraphPipeline.RunAsync(options, GraphPipeline.GroupsOf(options, mesh), mesh, healthRules, QueryAsync, _hashes, CancellationToken.None);

    private async Task<IReadOnlyList<TelemetrySample>> QueryAsync(GraphQuery query, DateTimeOffset at, CancellationToken cancellationToken) =>
        new TelemetryVector(await prometheus.QueryVectorAsync(query.Text, at, cancellationToken).ConfigureAwait(false), query.AggregateLabel);
}
