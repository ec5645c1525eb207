using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Weft.Api.Graph;
using Weft.Console.Graph;
using Weft.Console.Graph.Appenders;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Observability.Metrics;

namespace Weft.Benchmarks.Graph;

/// <summary>
/// What a traffic graph costs besides the metrics store's own time: reading Prometheus' JSON, making the graph of all namespaces with all
/// appenders, writing our JSON. Measured as processor time of this process, which other load on the machine disturbs least.
/// </summary>
internal static class GraphCost
{
    private const int Rounds = 20;

    public static async Task WriteAsync(string file)
    {
        var text = new StringBuilder(
            """
            # Cost of a traffic graph beyond the metrics store's time

            `dotnet run -c Release --project bench/Weft.Benchmarks -- graph-cost bench/results/graph.md`

            A synthetic mesh: 20 workloads per namespace, each calling four others over mTLS, every tenth also by TCP. One versionedApp graph of all
            namespaces with service nodes, all appenders, boxes by app and namespace. Queries are answered from memory. Milliseconds of processor
            time per graph (all threads), mean of 20 after 20 to warm up, and in brackets the megabytes allocated for it, which other load does not change. The queries of a graph, 17 at most, are sent at once and do not grow with the
            number of namespaces; Kiali 2.30 sends up to 14 per namespace, one after another.

            | workloads | nodes | edges | series read | read answers | make graph | write JSON | JSON kB |
            |---:|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var workloads in new[] { 100, 300, 1000 })
        {
            text.AppendLine(await MeasureAsync(workloads));
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"\n{Environment.ProcessorCount} processors, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
        await File.WriteAllTextAsync(file, text.ToString());
    }

    private static async Task<string> MeasureAsync(int workloads)
    {
        using var mesh = new SyntheticMesh(workloads);
        using var http = new HttpClient(mesh);
        var prometheus = new PrometheusClient(http, new PrometheusClientOptions { Endpoint = new Uri("http://synthetic") }, TimeProvider.System);
        var options = GraphPipeline.Normalized(new GraphOptions
        {
            Namespaces = mesh.Namespaces,
            QueryTime = DateTimeOffset.FromUnixTimeSeconds(1795234165),
            GraphType = GraphType.VersionedApp,
            InjectServiceNodes = true,
            BoxBy = BoxBy.App | BoxBy.Namespace,
        });
        var inventory = mesh.Inventory;
        var rules = new HealthRules(HealthConfig.Default);
        var hashes = new IdHashes();
        // In this mesh the called side reports all: nothing is left to be asked of the other.
        var queries = GraphQueryPlan.For(options, GraphPipeline.GroupsOf(options, inventory)).RemoveAll(query => query.FillsGaps);

        ImmutableArray<TelemetryAnswer> answers = [];
        var reading = await CostAsync(async () => answers = await ReadAsync(prometheus, queries));
        var graph = GraphPipeline.Build(options, inventory, rules, answers, hashes);
        var making = await CostAsync(() => Task.FromResult(graph = GraphPipeline.Build(options, inventory, rules, answers, hashes)));
        var json = GraphJson.Write(graph);
        var writing = await CostAsync(() => Task.FromResult(json = GraphJson.Write(graph)));
        var series = answers.Sum(answer => answer.Vector.Count);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {workloads} | {graph.Nodes.Length} | {graph.Edges.Length} | {series} | {reading} | {making} | {writing} | {json.Length / 1024} |");
    }

    private static async Task<ImmutableArray<TelemetryAnswer>> ReadAsync(PrometheusClient prometheus, ImmutableArray<GraphQuery> queries)
    {
        var answers = ImmutableArray.CreateBuilder<TelemetryAnswer>(queries.Length);
        foreach (var query in queries)
        {
            var vector = await prometheus.QueryVectorAsync(query.Text, null, CancellationToken.None);
            answers.Add(new TelemetryAnswer(query, new TelemetryVector(vector, query.AggregateLabel)));
        }

        return answers.MoveToImmutable();
    }

    private static async Task<string> CostAsync<T>(Func<Task<T>> work)
    {
        for (var i = 0; i < Rounds; i++)
        {
            await work();
        }

        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < Rounds; i++)
        {
            await work();
        }

        process.Refresh();
        var megabytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1e6 / Rounds;
        return string.Create(CultureInfo.InvariantCulture, $"{(process.TotalProcessorTime - before).TotalMilliseconds / Rounds:F1} ({megabytes:F1})");
    }
}
