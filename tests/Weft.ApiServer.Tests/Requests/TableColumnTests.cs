using Weft.ApiServer.Support;

namespace Weft.ApiServer.Requests;

/// <summary>The columns of every kind that the recorded server lists.</summary>
public sealed class TableColumnTests
{
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";

    [Fact]
    public async Task Every_kind_has_the_recorded_columns()
    {
        await using var server = await RunningServer.StartAsync();
        var failures = new List<string>();
        foreach (var kind in RecordedRows.Read("tables.tsv").GroupBy(row => (Version: row[0], Resource: row[2])))
        {
            var path = $"/{(kind.Key.Version == "v1" ? "api" : "apis")}/{kind.Key.Version}/{kind.Key.Resource}";
            var (_, table) = await server.SendAsync("GET", path, accept: Table);
            // The recording kept line breaks of descriptions as blanks.
            var ours = (table["columnDefinitions"]?.AsArray() ?? []).Select(c => $"{c!["name"]}|{c["type"]}|{c["format"]}|{c["priority"]}|{c["description"]!.ToString().Replace('\n', ' ')}").ToArray();
            var recorded = kind.Select(row => string.Join('|', row[4..9])).ToArray();
            if (!ours.SequenceEqual(recorded)) failures.Add($"{path}\n  recorded {string.Join("\n           ", recorded)}\n  ours     {string.Join("\n           ", ours)}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
