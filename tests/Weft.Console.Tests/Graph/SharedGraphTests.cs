using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Console.Diagnostics;
using Weft.Console.Health;
using Weft.Console.Inventory;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;

namespace Weft.Console.Graph;

public sealed class SharedGraphTests
{
    private static readonly GraphOptions Options = new() { Namespaces = ["shop"], QueryTime = DateTimeOffset.FromUnixTimeSeconds(1795234165) };

    [Fact]
    public async Task Viewers_of_one_graph_share_it()
    {
        var world = new World();
        var graphs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.Graphs.RunAsync(Options with { Namespaces = ["shop"] }, TestContext.Current.CancellationToken)));
        Assert.All(graphs, graph => Assert.Same(graphs[0], graph));
        var queries = world.Queries;
        Assert.Same(graphs[0], await world.Graphs.RunAsync(Options, TestContext.Current.CancellationToken));
        Assert.Equal(queries, world.Queries);
    }

    [Fact]
    public async Task Another_option_time_or_cluster_is_another_graph()
    {
        var world = new World();
        var graph = await world.Graphs.RunAsync(Options, TestContext.Current.CancellationToken);
        GraphOptions[] others =
        [
            Options with { Namespaces = ["shop", "bank"] },
            Options with { QueryTime = Options.QueryTime.AddSeconds(1) },
            Options with { Appenders = [] },
            Options with { Appenders = ["health"] },
            Options with { BoxBy = BoxBy.App },
            Options with { Focus = new GraphFocus(FocusKind.App, "shop", "cart") },
            Options with { Focus = new GraphFocus(FocusKind.App, "shop", "cart") { Version = "v1" } },
        ];
        var made = await Task.WhenAll(others.Select(options => world.Graphs.RunAsync(options, TestContext.Current.CancellationToken)));
        Assert.Equal(others.Length, made.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.All(made, other => Assert.NotSame(graph, other));

        world.Inventory.Publish(MeshInventory.Empty with { Cluster = "Kubernetes" });
        Assert.NotSame(graph, await world.Graphs.RunAsync(Options, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_failure_is_not_kept_and_one_who_leaves_disturbs_nobody()
    {
        var world = new World { Fails = true };
        await Assert.ThrowsAsync<MetricsQueryException>(() => world.Graphs.RunAsync(Options, TestContext.Current.CancellationToken));
        world.Fails = false;
        using var leaving = new CancellationTokenSource();
        world.Gate = new TaskCompletionSource();
        var gone = world.Graphs.RunAsync(Options, leaving.Token);
        var staying = world.Graphs.RunAsync(Options, TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        world.Gate.SetResult();
        Assert.Empty((await staying).Nodes);
    }

    /// <summary>A Prometheus without any series.</summary>
    private sealed class World : HttpMessageHandler
    {
        private int _queries;

        public World() => Graphs = new GraphService(
            new PrometheusClient(new HttpClient(this), new PrometheusClientOptions { Endpoint = new Uri("http://prometheus") }, TimeProvider.System),
            Inventory,
            new HealthRules(HealthConfig.Default),
            new ConsoleDiagnostics(TimeProvider.System, NullLogger<ConsoleDiagnostics>.Instance),
            TimeProvider.System,
            []);

        public SnapshotSource<MeshInventory> Inventory { get; } = new(MeshInventory.Empty);

        public GraphService Graphs { get; }

        public int Queries => _queries;

        public bool Fails { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _queries);
            if (Gate is { } gate)
            {
                await gate.Task.WaitAsync(cancellationToken);
            }

            return Fails
                ? throw new HttpRequestException("down")
                : new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent("""{"status":"success","data":{"resultType":"vector","result":[]}}""", Encoding.UTF8, "application/json"),
                };
        }
    }
}
