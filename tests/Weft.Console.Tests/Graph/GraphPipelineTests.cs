using System.Collections.Frozen;
using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Observability.Metrics;

namespace Weft.Console.Graph;

public sealed class GraphPipelineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task All_queries_but_those_that_fill_gaps_are_under_way_before_the_first_is_answered()
    {
        var all = new TaskCompletionSource();
        var asked = 0;
        var graph = await GraphPipeline.RunAsync(Options("a", "b"), Mesh("a", "b"), Rules, AskAsync, TestContext.Current.CancellationToken);
        // Without traffic there is no gap to fill: the fourteenth is not sent.
        Assert.Equal(13, asked);
        Assert.Empty(graph.Nodes);

        async Task<IReadOnlyList<TelemetrySample>> AskAsync(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref asked) == 13)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(cancellationToken);
            return [];
        }
    }

    [Fact]
    public async Task The_calling_side_is_asked_only_about_what_the_called_side_does_not_report()
    {
        var asked = new List<string>();
        var graph = await GraphPipeline.RunAsync(Options("a", "b"), Mesh("a", "b"), Rules, AskAsync, TestContext.Current.CancellationToken);
        var narrowed = Assert.Single(asked, text => text.Contains("destination_service_name=~", StringComparison.Ordinal));
        Assert.Contains(",destination_service_name=~\"quiet\"}", narrowed, StringComparison.Ordinal);
        Assert.Equal(["3", "7"], graph.Edges.Select(edge => edge.ResponseTime).OfType<string>().Distinct().Order());

        Task<IReadOnlyList<TelemetrySample>> AskAsync(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken)
        {
            lock (asked)
            {
                asked.Add(query.Text);
            }

            IReadOnlyList<TelemetrySample> samples = query.Kind switch
            {
                TelemetryKind.Requests => [Call("loud", 1), Call("quiet", 1)],
                TelemetryKind.ResponseTime when query.FillsGaps => [Call("quiet", 7)],
                TelemetryKind.ResponseTime => [Call("loud", 3)],
                _ => [],
            };
            return Task.FromResult(samples);
        }

        static TelemetrySample Call(string service, double value) => TelemetrySample.From(
            value,
            new Dictionary<string, string>
            {
                ["source_cluster"] = "c", ["source_workload_namespace"] = "a", ["source_workload"] = "w", ["source_canonical_service"] = "w", ["source_canonical_revision"] = "v1",
                ["destination_cluster"] = "c", ["destination_service_namespace"] = "b", ["destination_service"] = $"{service}.b.svc.cluster.local",
                ["destination_service_name"] = service, ["destination_workload_namespace"] = "b", ["destination_workload"] = service,
                ["destination_canonical_service"] = service, ["destination_canonical_revision"] = "v1",
                ["request_protocol"] = "http", ["response_code"] = "200", ["response_flags"] = "-",
            },
            null);
    }

    [Fact]
    public async Task A_young_namespace_is_asked_for_its_lifetime_only()
    {
        var mesh = Mesh("old", "young");
        mesh = mesh with
        {
            Namespaces = mesh.Namespaces.Values.Select(ns => ns.Name == "young" ? ns with { Created = Now.AddSeconds(-95.5) } : ns).ToFrozenDictionary(ns => ns.Name),
        };
        var windows = new List<string>();
        await GraphPipeline.RunAsync(Options("old", "young"), mesh, Rules, AskAsync, TestContext.Current.CancellationToken);
        Assert.Equal(["[600s]", "[95s]"], windows.Distinct().Order());

        Task<IReadOnlyList<TelemetrySample>> AskAsync(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken)
        {
            lock (windows)
            {
                windows.Add(query.Text[query.Text.IndexOf('[', StringComparison.Ordinal)..(query.Text.IndexOf(']', StringComparison.Ordinal) + 1)]);
            }

            return Task.FromResult<IReadOnlyList<TelemetrySample>>([]);
        }
    }

    [Fact]
    public async Task A_failed_query_fails_the_graph() =>
        await Assert.ThrowsAsync<MetricsQueryException>(() => GraphPipeline.RunAsync(
            Options("a"),
            Mesh("a"),
            Rules,
            (query, _, _) => throw new MetricsQueryException(query.Text, MetricsQueryError.Unreachable, "", "connection refused"),
            TestContext.Current.CancellationToken));

    [Fact]
    public async Task Traffic_that_both_sides_report_is_counted_once_also_across_windows()
    {
        var graph = await GraphPipeline.RunAsync(
            Options("a"), Mesh("a"), Rules, (query, _, _) => Task.FromResult(Answer(query)), TestContext.Current.CancellationToken);
        var edge = Assert.Single(graph.Edges);
        Assert.Equal("5.00", edge.Traffic.Rates.Single(rate => rate.Key == "http").Value);
        Assert.Equal("100", edge.MutualTls);
        Assert.Equal("7", edge.Throughput);
    }

    [Fact]
    public async Task In_a_service_graph_a_call_past_the_service_leads_to_the_service()
    {
        var graph = await GraphPipeline.RunAsync(
            Options("a") with { GraphType = GraphType.Service }, Mesh("a"), Rules, (query, _, _) => Task.FromResult(Past(query)), TestContext.Current.CancellationToken);
        Assert.Equal(["http", "tcp"], graph.Edges.Select(edge => edge.Traffic.Protocol.Name()).Order());
        Assert.All(graph.Edges, edge => Assert.Equal("y", graph.Nodes.Single(node => node.Id == edge.Target).Service));

        static IReadOnlyList<TelemetrySample> Past(GraphQuery query) => query.Kind switch
        {
            TelemetryKind.Requests => [Sample(5)],
            TelemetryKind.Tcp => [Sample(9, ("destination_service_name", "unknown"), ("destination_service", "unknown"))],
            _ => [],
        };
    }

    [Fact]
    public async Task Garbage_in_telemetry_is_left_out()
    {
        var graph = await GraphPipeline.RunAsync(
            Options("a"), Mesh("a"), Rules, (query, _, _) => Task.FromResult(Garbage(query)), TestContext.Current.CancellationToken);
        Assert.Empty(graph.Edges);
    }

    private static HealthRules Rules => new(HealthConfig.Default);

    private static GraphOptions Options(params string[] namespaces) => new() { Namespaces = [.. namespaces], QueryTime = Now };

    private static MeshInventory Mesh(params string[] namespaces) => MeshInventory.Empty with
    {
        Namespaces = namespaces.Select(name => new NamespaceInventory { Name = name, Created = Now.AddDays(-1) }).ToFrozenDictionary(ns => ns.Name),
    };

    private static IReadOnlyList<TelemetrySample> Answer(GraphQuery query) => query.Kind switch
    {
        TelemetryKind.Requests => [Sample(5)],
        TelemetryKind.SecurityPolicy => [Sample(5)],
        TelemetryKind.Throughput => [Sample(7)],
        _ => [],
    };

    private static IReadOnlyList<TelemetrySample> Garbage(GraphQuery query) => query.Kind == TelemetryKind.Requests
        ?
        [
            Sample(double.NaN),
            Sample(5, ("destination_workload", "unknown"), ("destination_service", "10.0.0.1:80"), ("destination_service_name", "10.0.0.1:80")),
            Sample(5, ("source_workload", "unknown"), ("source_canonical_service", "unknown")),
            Sample(5, ("request_protocol", "carrier-pigeon")),
            TelemetrySample.From(5, [], null),
        ]
        : [];

    private static TelemetrySample Sample(double value, params (string Name, string Value)[] other)
    {
        var labels = new Dictionary<string, string>
        {
            ["source_cluster"] = "Kubernetes",
            ["source_workload_namespace"] = "a",
            ["source_workload"] = "x-v1",
            ["source_canonical_service"] = "x",
            ["source_canonical_revision"] = "v1",
            ["destination_cluster"] = "Kubernetes",
            ["destination_service_namespace"] = "a",
            ["destination_service"] = "y.a.svc.cluster.local",
            ["destination_service_name"] = "y",
            ["destination_workload_namespace"] = "a",
            ["destination_workload"] = "y-v1",
            ["destination_canonical_service"] = "y",
            ["destination_canonical_revision"] = "v1",
            ["request_protocol"] = "http",
            ["response_code"] = "200",
            ["response_flags"] = "-",
            ["connection_security_policy"] = "mutual_tls",
        };
        foreach (var (name, text) in other)
        {
            labels[name] = text;
        }

        return TelemetrySample.From(value, labels, null);
    }
}
