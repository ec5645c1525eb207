using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;

namespace Weft.Console.Graph;

/// <summary>Makes traffic graphs of the mesh as it is now. Safe for parallel use; keeps only hashed ids between graphs.</summary>
public sealed class GraphService(PrometheusClient prometheus, SnapshotSource<MeshInventory> inventory, HealthRules healthRules)
{
    private readonly IdHashes _hashes = new();

    /// <summary>Fails with <see cref="MetricsQueryException"/> when the metrics store does not answer.</summary>
    public Task<TrafficGraph> RunAsync(GraphOptions options, CancellationToken cancellationToken) =>
        RunAsync(options, inventory.Current, cancellationToken);

    private Task<TrafficGraph> RunAsync(GraphOptions options, MeshInventory mesh, CancellationToken cancellationToken) =>
        GraphPipeline.RunAsync(options, GraphPipeline.GroupsOf(options, mesh), mesh, healthRules, QueryAsync, _hashes, cancellationToken);

    private async Task<IReadOnlyList<TelemetrySample>> QueryAsync(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken) =>
        new TelemetryVector(await prometheus.QueryVectorAsync(query.Text, time, cancellationToken).ConfigureAwait(false), query.AggregateLabel);
}
