using System.Collections.Immutable;
using Weft.Console.Inventory;
using Weft.Kubernetes.Watching;
using Weft.Observability.Traces;

namespace Weft.Console.Traces;

/// <summary>Of several meshes that report to one backend only the configured one's traces are asked for.</summary>
public sealed class TraceScopeTests
{
    [Fact]
    public async Task The_configured_tags_are_in_every_search_and_cannot_be_asked_away()
    {
        var source = new Source();
        var options = new TracingOptions { Source = source, InternalUrl = new Uri("http://traces"), QueryScope = [new("mesh_id", "east")] };
        var service = new TraceService(options, new SnapshotSource<MeshInventory>(MeshInventory.Empty), TimeProvider.System);
        var request = new TraceRequest
        {
            Start = DateTimeOffset.UnixEpoch,
            End = DateTimeOffset.UnixEpoch.AddHours(1),
            Tags = ImmutableDictionary<string, string>.Empty.Add("mesh_id", "west").Add("error", "true"),
        };
        await service.OfAppAsync("bookinfo", "reviews", request, TestContext.Current.CancellationToken);
        await service.ErrorsOfAppAsync("bookinfo", "reviews", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.NotEmpty(source.Asked);
        Assert.All(source.Asked, query => Assert.Equal(["east"], query.Tags.Where(tag => tag.Key == "mesh_id").Select(tag => tag.Value)));
        Assert.All(source.Asked, query => Assert.Contains(new("error", "true"), query.Tags));
    }

    private sealed class Source : ITraceSource
    {
        public List<TraceQuery> Asked { get; } = [];

        public string Provider => "jaeger";

        public Task<ImmutableArray<Trace>> FindAsync(TraceQuery query, CancellationToken cancellationToken)
        {
            Asked.Add(query);
            return Task.FromResult<ImmutableArray<Trace>>([]);
        }

        public Task<Trace?> GetAsync(TraceId id, CancellationToken cancellationToken) => Task.FromResult<Trace?>(null);

        public Task<ImmutableArray<string>> ServicesAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<string>>([]);

        public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
