namespace Weft.EndToEnd.Acceptance;

/// <summary>Rows of the other documents that are seen in the console: Bookinfo, Guestbook and external hosts.</summary>
[Collection(DemoCollection.Name)]
public sealed class ConsoleRowsOfDemosTests(DemoMesh mesh, ConsoleRows rows) : IClassFixture<ConsoleRows>
{
    private const string Group = "demos";

    public static TheoryData<string> Rows => ConsoleRows.Of(Group);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task The_console_shows_row(string row) => rows.AssertSeenAsync(Group, row, mesh.Weft, TestContext.Current.CancellationToken);
}
