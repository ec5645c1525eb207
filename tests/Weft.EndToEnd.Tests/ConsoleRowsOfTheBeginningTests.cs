namespace Weft.EndToEnd;

/// <summary>The tutorial's first steps as the console shows them: an empty mesh, Travels without sidecars, then taken into the mesh part by part.</summary>
public sealed class ConsoleRowsOfTheBeginningTests(EmptyMesh mesh, ConsoleRows rows) : IClassFixture<EmptyMesh>, IClassFixture<ConsoleRows>
{
    private const string Group = "beginning";

    public static TheoryData<string> Rows => ConsoleRows.Of(Group);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task The_console_shows_row(string row) => rows.AssertSeenAsync(Group, row, mesh.Weft, TestContext.Current.CancellationToken);
}

/// <summary>A mesh with nothing in it but itself.</summary>
public sealed class EmptyMesh : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("weft-empty-").FullName;

    public WeftProcess Weft { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Weft = await WeftProcess.StartAsync(_state, 3500, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Weft.DisposeAsync();
        Directory.Delete(_state, recursive: true);
    }
}
