using System.Collections.Immutable;
using Weft.Console.Caching;
using Weft.Console.Diagnostics;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;

namespace Weft.Console.Graph;

/// <summary>
/// Makes traffic graphs of the mesh as it is now. Safe for parallel use. Whoever asks for the same graph of the same time gets the same one:
/// it is made once and kept for a few seconds, so that many viewers cost as much as one. A graph that is looked at again and again is made
/// shortly before it is asked for (<see cref="RunAsync(CancellationToken)"/>). Beside graphs only hashed ids are kept. The traffic of <paramref name="extensions"/> is in all of them.
/// </summary>
public sealed class GraphService(
    PrometheusClient prometheus, SnapshotSource<MeshInventory> inventory, HealthRules healthRules, ConsoleDiagnostics diagnostics, TimeProvider time, ImmutableArray<string> extensions)
{
    // A graph of a thousand workloads takes some ten megabytes.
    private const int MostKept = 12;

    private const int MostRefreshed = 8;

    private readonly BackgroundRefresh<string> _refresh = new(MostRefreshed, diagnostics.BackgroundFailed, time);
    private readonly IdHashes _hashes = new();
    private readonly SharedResults<GraphKey, TrafficGraph> _graphs = new(LiveStep, MostKept, time, isHit => diagnostics.Cached("graph", isHit));

    public CacheUse CacheUse => _graphs.Use;

    /// <summary>Graphs of "now" are made for times that are multiples of this: shorter than any scrape interval that is in use.</summary>
    public static TimeSpan LiveStep { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Fails with <see cref="MetricsQueryException"/> when the metrics store does not answer.</summary>
    public Task<TrafficGraph> RunAsync(GraphOptions options, CancellationToken cancellationToken)
    {
        options = options with { Extensions = extensions };
        if (options.Refresh is { } interval)
        {
            var timeless = GraphKey.Text(options with { QueryTime = DateTimeOffset.UnixEpoch, Refresh = null });
            _refresh.Asked(timeless, interval, untilAsked => AnticipateAsync(options, untilAsked));
        }

        return GetAsync(options, cancellationToken);
    }

    /// <summary>The time for which a graph of "now" is made.</summary>
    public static DateTimeOffset LiveTime(DateTimeOffset now, TimeSpan step) => now.AddTicks(-(now.UtcTicks % step.Ticks)).ToUniversalTime();

    /// <summary>Refreshes graphs that are looked at. Ends only by cancellation.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _refresh.RunAsync(cancellationToken);

    /// <summary>Makes the present graph if it is the one that the next question will be about.</summary>
    private Task AnticipateAsync(GraphOptions options, TimeSpan untilAsked)
    {
        var now = time.GetUtcNow();
        var live = LiveTime(now, LiveStep);
        return untilAsked < live + LiveStep - now ? GetAsync(options with { QueryTime = live }, CancellationToken.None) : Task.CompletedTask;
    }

    private Task<TrafficGraph> GetAsync(GraphOptions options, CancellationToken cancellationToken)
    {
        var mesh = inventory.Current;
        return _graphs.GetAsync(new GraphKey(options, mesh), () => MakeAsync(options, mesh), cancellationToken);
    }

    // Not cancelled with one of those who wait; the client's time limit ends it.
    private async Task<TrafficGraph> MakeAsync(GraphOptions options, MeshInventory mesh)
    {
        var started = time.GetTimestamp();
        var graph = await GraphPipeline.RunAsync(options, GraphPipeline.GroupsOf(options, mesh), mesh, healthRules, QueryAsync, _hashes, CancellationToken.None).ConfigureAwait(false);
        diagnostics.GraphMade(options, graph, time.GetElapsedTime(started));
        return graph;
    }

    private Task<IReadOnlyList<TelemetrySample>> QueryAsync(GraphQuery query, DateTimeOffset at, CancellationToken cancellationToken) =>
        diagnostics.AskAsync<IReadOnlyList<TelemetrySample>>($"Graph-{query.Kind}", async () =>
            new TelemetryVector(await prometheus.QueryVectorAsync(query.Text, at, cancellationToken).ConfigureAwait(false), query.AggregateLabel));
}
