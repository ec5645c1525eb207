namespace Weft.EndToEnd;

/// <summary>The tools of the traffic graph page, used in a browser over Travels as it starts.</summary>
[Collection(TravelsCollection.Name)]
public sealed class ConsoleRowsOfTheGraphTests(TravelsMesh mesh, ConsoleRows rows) : IClassFixture<ConsoleRows>
{
    private const string Group = "graph";

    public static TheoryData<string> Rows => ConsoleRows.Of(Group);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task The_graph_page_shows_row(string row) => rows.AssertSeenAsync(Group, row, mesh.Weft, TestContext.Current.CancellationToken);
}
