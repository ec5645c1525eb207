namespace Weft.EndToEnd;

/// <summary>The tutorial's rows that are seen in the console, over Travels as it starts.</summary>
[Collection(TravelsCollection.Name)]
public sealed class ConsoleRowsOfTravelsTests(TravelsMesh mesh, ConsoleRows rows) : IClassFixture<ConsoleRows>
{
    private const string Group = "travels";

    public static TheoryData<string> Rows => ConsoleRows.Of(Group);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task The_console_shows_row(string row) => rows.AssertSeenAsync(Group, row, mesh.Weft, TestContext.Current.CancellationToken);
}
