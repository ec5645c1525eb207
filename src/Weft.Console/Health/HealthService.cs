using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Weft.Console.Caching;
using Weft.Console.Diagnostics;
using Weft.Console.Inventory;
using Weft.Console.Proxies;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.Health;

/// <summary>
/// Health of the mesh: one question to the metrics store per window for everybody who looks, kept for a few seconds, and asked again in the
/// background while somebody looks again and again. Never fails because of the metrics store.
/// </summary>
public sealed class HealthService(
    PrometheusClient prometheus, SnapshotSource<MeshInventory> inventory, SyncStates proxies, HealthRules rules, ConsoleDiagnostics diagnostics, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly SharedResults<HealthWindow, RateLedger> _ledgers = new(Kept, capacity: 16, time, isHit => diagnostics.Cached("health", isHit));
    private readonly BackgroundRefresh<HealthWindow> _refresh = new(capacity: 4, diagnostics.BackgroundFailed, time);
    private readonly ConditionalWeakTable<RateLedger, MeshHealth> _judged = [];

    public CacheUse CacheUse => _ledgers.Use;

    public async Task<MeshHealth> ReadAsync(HealthWindow window, CancellationToken cancellationToken)
    {
        var mesh = inventory.Current;
        var states = proxies.ReadAsync(cancellationToken);
        try
        {
            if (window.End is null)
            {
                _refresh.Asked(window, interval: null, _ => Task.WhenAll(LedgerAsync(window, inventory.Current, CancellationToken.None), proxies.ReadAsync(CancellationToken.None)));
            }

            var ledger = await LedgerAsync(window, mesh, cancellationToken).ConfigureAwait(false);
            return Judged(ledger, mesh, await states.ConfigureAwait(false));
        }
        catch (MetricsQueryException failure)
        {
            return new MeshHealth(new RateLedger(mesh.Cluster), rules, mesh, await states.ConfigureAwait(false), failure.Reason);
        }
    }

    /// <summary>Refreshes the health that is looked at. Ends only by cancellation.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _refresh.RunAsync(cancellationToken);

    private Task<RateLedger> LedgerAsync(HealthWindow window, MeshInventory mesh, CancellationToken cancellationToken) =>
        _ledgers.GetAsync(window, () => AskAsync(window, mesh), cancellationToken);

    /// <summary>The same object for the same rates and the same cluster, so that what was made of it can be shared.</summary>
    private MeshHealth Judged(RateLedger ledger, MeshInventory mesh, PodStates states)
    {
        if (_judged.TryGetValue(ledger, out var known) && known.IsOf(mesh, states))
        {
            return known;
        }

        var health = new MeshHealth(ledger, rules, mesh, states, failure: null);
        _judged.AddOrUpdate(ledger, health);
        return health;
    }

    private async Task<RateLedger> AskAsync(HealthWindow window, MeshInventory mesh)
    {
        var started = time.GetTimestamp();
        var end = window.End ?? time.GetUtcNow();
        // A namespace younger than the window is asked for its lifetime only.
        var young = mesh.Namespaces.Values.Where(ns => Age(ns, end) < window.Length).GroupBy(ns => Age(ns, end)).ToList();
        var known = young.SelectMany(group => group).Select(ns => ns.Name).ToHashSet(StringComparer.Ordinal);
        var all = QueryAsync(Query(new MetricSelector(MeshMetrics.Requests), window.Length), end);
        var vectors = young.Select(group => AskAsync([.. group.Select(ns => ns.Name)], group.Key, end)).ToList();
        var ledger = new RateLedger(mesh.Cluster);
        ledger.Add(await all.ConfigureAwait(false), ns => !known.Contains(ns));
        foreach (var (names, vector) in await Task.WhenAll(vectors).ConfigureAwait(false))
        {
            ledger.Add(vector, names.Contains);
        }

        diagnostics.HealthMade(time.GetElapsedTime(started));
        return ledger;
    }

    private async Task<(ImmutableHashSet<string> Names, ImmutableArray<VectorSample> Vector)> AskAsync(ImmutableHashSet<string> names, TimeSpan window, DateTimeOffset end)
    {
        string[] values = [.. names.Order(StringComparer.Ordinal)];
        var selector = new MetricSelector(MeshMetrics.Requests);
        var query = Query(selector.OneOf(MeshLabels.DestinationServiceNamespace, values), window).Or(Query(selector.OneOf(MeshLabels.SourceWorkloadNamespace, values), window));
        return (names, await QueryAsync(query, end).ConfigureAwait(false));
    }

    private Task<ImmutableArray<VectorSample>> QueryAsync(PromQuery query, DateTimeOffset end) =>
        diagnostics.AskAsync("Health", () => prometheus.QueryVectorAsync(query.Text, end, CancellationToken.None));

    private static PromQuery Query(MetricSelector selector, TimeSpan window) => PromQuery.Rate(selector.Over(window)).Sum(RateLedger.Labels).Above(0);

    /// <summary>In whole seconds, at least one.</summary>
    private static TimeSpan Age(NamespaceInventory ns, DateTimeOffset at) => TimeSpan.FromSeconds(Math.Max(1, Math.Floor((at - ns.Created).TotalSeconds)));
}
