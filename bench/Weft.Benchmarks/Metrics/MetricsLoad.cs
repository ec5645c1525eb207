using System.Diagnostics;
using System.Globalization;
using System.Text;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Embedded;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Benchmarks.Metrics;

/// <summary>
/// The series store under the load of a large mesh: 100,000 series of 100 targets, scraped every 15 s for an hour. Measured as processor time
/// of this process, which other load on the machine disturbs least, and as the growth of the managed heap.
/// </summary>
internal static class MetricsLoad
{
    private const int Edges = 8334;
    private const int Targets = 100;
    private const int Scrapes = 240;
    private const int IngestRounds = 20;

    private static readonly (string Name, string Query)[] Queries =
    [
        ("rates of one namespace, as the graph asks", """sum(rate(istio_requests_total{reporter=~"waypoint|source",source_workload_namespace="ns-4"}[10m])) by (source_workload,destination_service,destination_workload,response_code) > 0"""),
        ("rates of all edges, as the graph asks", """sum(rate(istio_requests_total{reporter=~"waypoint|source"}[10m])) by (source_workload,destination_service,destination_workload,response_code) > 0"""),
        ("95th percentile of every edge (83,340 series)", "histogram_quantile(0.95, sum(rate(istio_request_duration_milliseconds_bucket[5m])) by (le,source_workload,destination_workload))"),
        ("one workload's rate", """sum(rate(istio_requests_total{destination_workload="w-7-0"}[5m])) by (response_code)"""),
    ];

    public static async Task WriteAsync(string file)
    {
        var text = new StringBuilder(
            """
            # The embedded series store under load

            `dotnet run -c Release --project bench/Weft.Benchmarks -- metrics-load bench/results/metrics.md`

            100,008 series in the shape of Istio's telemetry (20 labels each) of 100 targets, scraped every 15 s for an hour; a third of the edges is
            idle. Processor time is that of the whole process, garbage collection included; memory is the growth of the managed heap.


            """);
        text.Append(Ingest());
        text.Append(await StoreAndQueriesAsync());
        text.AppendLine(CultureInfo.InvariantCulture, $"\n{Environment.ProcessorCount} processors, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
        await File.WriteAllTextAsync(file, text.ToString());
    }

    /// <summary>From the text of a scrape to stored samples.</summary>
    private static string Ingest()
    {
        var store = new SeriesStore(Unbounded);
        var series = SyntheticMetrics.Series(Edges).ToArray();
        var targets = Enumerable.Range(0, Targets).Select(target => series.Where((_, i) => i % Targets == target).ToArray()).ToArray();
        var caches = targets.Select((_, target) => new ScrapeCache(store, LabelSet.Of(("pod", $"p-{target}")), new ScrapeOptions())).ToArray();
        var counters = new SyntheticCounters(series.Length, seed: 1);
        var (first, samples) = (TimeSpan.Zero, 0L);
        var cost = TimeSpan.Zero;
        for (var round = 0; round <= IngestRounds; round++)
        {
            counters.Advance();
            var bodies = targets.Select((lines, target) => Body(lines, target, counters)).ToArray();
            var time = SyntheticMetrics.Start + (round * (long)SyntheticMetrics.Interval);
            var spent = Cost(() =>
            {
                for (var target = 0; target < Targets; target++)
                    samples += caches[target].Store(bodies[target], isOpenMetrics: false, time).Samples;
            });
            if (round == 0)
                (first, samples) = (spent, 0);
            else
                cost += spent;
        }

        var perRound = cost / IngestRounds;
        return string.Create(CultureInfo.InvariantCulture, $"""
            | ingest | |
            |---|---:|
            | samples per second of one processor | {samples / cost.TotalSeconds:N0} |
            | one scrape of all series | {perRound.TotalMilliseconds:N0} ms |
            | share of two processors at one scrape per 15 s | {perRound.TotalSeconds / 30:P2} |
            | the first scrape, which creates all series | {first.TotalMilliseconds:N0} ms |


            """);
    }

    private static async Task<string> StoreAndQueriesAsync()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var store = new SeriesStore(Unbounded);
        var series = SyntheticMetrics.Series(Edges).Select(labels => store.GetOrAdd(labels, SyntheticMetrics.Start)!).ToArray();
        var empty = GC.GetTotalMemory(forceFullCollection: true) - before;
        Fill(store, series);
        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            | one hour in memory | |
            |---|---:|
            | samples | {store.SampleCount:N0} |
            | managed heap, all included | {heap / 1e6:N0} MB |
            | of it the series, their labels and index | {empty / 1e6:N0} MB |
            | bytes per sample without these | {(heap - empty) / (double)store.SampleCount:F2} |
            | bytes per sample, all included | {heap / (double)store.SampleCount:F2} |
            | bytes per sample as the store counts them (its limit) | {store.Size / (double)store.SampleCount:F2} |

            | query over it | series out | processor time | per second, one processor |
            |---|---:|---:|---:|

            """));
        using var engine = new PromQLEngine(store, new PromQLEngineOptions(), TimeProvider.System);
        foreach (var (name, query) in Queries)
            text.AppendLine(await QueryAsync(engine, name, query));
        GC.KeepAlive(store);
        return text.ToString();
    }

    private static async Task<string> QueryAsync(PromQLEngine engine, string name, string query)
    {
        const long End = SyntheticMetrics.Start + ((Scrapes - 1L) * SyntheticMetrics.Interval);
        var found = 0;
        for (var i = 0; i < 3; i++)
            found = ((VectorResult)await engine.QueryAsync(query, End, null, CancellationToken.None)).Samples.Length;
        var (rounds, cost) = (0, TimeSpan.Zero);
        while (cost < TimeSpan.FromSeconds(2) && rounds < 500)
        {
            cost += Cost(() => engine.QueryAsync(query, End, null, CancellationToken.None).GetAwaiter().GetResult());
            rounds++;
        }

        var each = cost / rounds;
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {found} | {each.TotalMilliseconds:N1} ms | {1 / each.TotalSeconds:N1} |");
    }

    private static void Fill(SeriesStore store, StoredSeries[] stored)
    {
        var counters = new SyntheticCounters(stored.Length, seed: 2);
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            counters.Advance();
            for (var i = 0; i < stored.Length; i++)
                store.Append(stored[i], SyntheticMetrics.Start + (scrape * (long)SyntheticMetrics.Interval), counters[i]);
        }
    }

    private static SeriesStoreOptions Unbounded => new() { Retention = TimeSpan.FromDays(3650), MaxSize = 16L << 30 };

    private static byte[] Body(LabelSet[] lines, int target, SyntheticCounters counters)
    {
        var text = new StringBuilder();
        for (var line = 0; line < lines.Length; line++)
            text.Append(CultureInfo.InvariantCulture, $"{lines[line]} {counters[target + (line * Targets)]}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static TimeSpan Cost(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return process.TotalProcessorTime - before;
    }
}
