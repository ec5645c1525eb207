using System.Collections.Immutable;
using Weft.Console.Inventory;
using Weft.Console.Traces;
using Weft.Kubernetes.Watching;
using Weft.Observability.Traces;

namespace Weft.Api.Traces;

/// <summary>What pages get of traces when the backend or the spans are not as wished.</summary>
public sealed class TraceFaultTests
{
    private static readonly TraceRequest Request = new() { Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch.AddHours(1) };

    [Fact]
    public async Task A_dead_backend_leaves_a_page_without_traces_that_says_why()
    {
        var traces = Service(new FakeSource { Failure = true });
        var found = await traces.OfAppAsync("shop", "cart", Request, TestContext.Current.CancellationToken);
        Assert.Empty(found.Traces);
        Assert.Equal("cart.shop", found.Subject.ServiceName);
        Assert.Equal("connection refused (http://tracing/)", found.Failure);
        Assert.NotNull((await traces.GetAsync(new TraceId(0, 1), TestContext.Current.CancellationToken)).Failure);
    }

    [Fact]
    public async Task Without_a_backend_there_are_no_traces()
    {
        var traces = new TraceService(null, new SnapshotSource<MeshInventory>(MeshInventory.Empty), TimeProvider.System);
        Assert.Equal("Tracing is not enabled", (await traces.OfAppAsync("shop", "cart", Request, TestContext.Current.CancellationToken)).Failure);
    }

    [Fact]
    public async Task Spans_without_a_cluster_are_taken_when_none_was_asked_for()
    {
        var traces = Service(new FakeSource { Spans = [Span("cart-5d8f9c7b6-abcde", tagged: false)] });
        var found = await traces.OfAppAsync("shop", "cart", Request, TestContext.Current.CancellationToken);
        Assert.True(found.FromAllClusters);
        Assert.Single(found.Traces);
        Assert.Empty((await traces.OfAppAsync("shop", "cart", Request with { Cluster = "Kubernetes" }, TestContext.Current.CancellationToken)).Traces);
    }

    [Fact]
    public async Task Spans_of_another_cluster_are_not_taken()
    {
        var other = Span("cart-5d8f9c7b6-abcde", tagged: false) with { Tags = [SpanTag.Of("istio.cluster_id", "elsewhere")] };
        Assert.Empty((await Service(new FakeSource { Spans = [other] }).OfAppAsync("shop", "cart", Request, TestContext.Current.CancellationToken)).Traces);
    }

    [Theory]
    [InlineData("reviews-v1-5d8f9c7b6-abcde", true)]
    [InlineData("reviews-v1-0", true)]
    [InlineData("reviews-v1", true)]
    [InlineData("reviews-v10-5d8f9c7b6-abcde", false)]
    [InlineData("reviews-v1-canary-5d8f9c7b6-abcde", false)]
    public async Task A_workload_has_the_spans_of_its_own_pods(string pod, bool isOwn)
    {
        var source = new FakeSource { Spans = [Span(pod, tagged: true) with { Process = new SpanProcess("reviews-v1.shop", []) }] };
        var found = await Service(source).OfWorkloadAsync("shop", "reviews-v1", Request, TestContext.Current.CancellationToken);
        Assert.Equal(isOwn ? 1 : 0, found.Spans.Count());
    }

    private static TraceService Service(FakeSource source) => new(
        new TracingOptions { Source = source, InternalUrl = new Uri("http://tracing") }, new SnapshotSource<MeshInventory>(MeshInventory.Empty), TimeProvider.System);

    private static Span Span(string pod, bool tagged) => new()
    {
        TraceId = new TraceId(0, 1),
        SpanId = new SpanId(1),
        OperationName = "cart.shop.svc.cluster.local:80/*",
        StartNanoseconds = 1,
        DurationNanoseconds = 1,
        Process = new SpanProcess("cart.shop", []),
        Tags = tagged ? [SpanTag.Of("istio.cluster_id", "Kubernetes"), SpanTag.Of("node_id", $"sidecar~127.1.0.5~{pod}.shop~shop.svc.cluster.local")] : [],
    };

    /// <summary>Finds spans by their tags alone.</summary>
    private sealed class FakeSource : ITraceSource
    {
        public bool Failure { get; init; }

        public ImmutableArray<Span> Spans { get; init; } = [];

        public string Provider => "fake";

        public Task<ImmutableArray<Trace>> FindAsync(TraceQuery query, CancellationToken cancellationToken)
        {
            Fail();
            ImmutableArray<Span> found = [.. Spans.Where(span => query.Tags.All(tag => span.Tag(tag.Key)?.Text == tag.Value))];
            return Task.FromResult<ImmutableArray<Trace>>(found.IsEmpty ? [] : [new Trace(found[0].TraceId, found)]);
        }

        public Task<Trace?> GetAsync(TraceId id, CancellationToken cancellationToken)
        {
            Fail();
            return Task.FromResult<Trace?>(null);
        }

        public Task<ImmutableArray<string>> ServicesAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<string>>([]);

        public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private void Fail()
        {
            if (Failure)
            {
                throw new TraceQueryException(new Uri("http://tracing"), TraceQueryError.Unreachable, "connection refused");
            }
        }
    }
}
