// Two meshes side by side, as their port offsets allow: most tests wait for traffic and scrapes, not for a processor.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Weft.EndToEnd;

/// <summary>One mesh with Travels, started once for all tests that only look or add to it.</summary>
public sealed class TravelsMesh : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("weft-travels-").FullName;

    public WeftProcess Weft { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Weft = await WeftProcess.StartAsync(_state, 1000, CancellationToken.None, "travels");

    public async ValueTask DisposeAsync()
    {
        await Weft.DisposeAsync();
        Directory.Delete(_state, recursive: true);
    }
}

[CollectionDefinition(Name)]
public sealed class TravelsCollection : ICollectionFixture<TravelsMesh>
{
    public const string Name = "travels";
}
