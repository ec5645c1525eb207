using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.Architecture;

/// <summary>docs/acceptance.md, which tells of each row of the acceptance list where it is tested, is true and whole.</summary>
public sealed partial class AcceptanceTests
{
    private static readonly string Document = Repository.Read("docs/acceptance.md");

    private static readonly IReadOnlyList<string[]> Lines = [.. TableLine().Matches(Document).Select(match => match.Value.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    private static readonly IReadOnlyDictionary<string, string> TestClasses = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .GroupBy(file => Path.GetFileNameWithoutExtension(file))
        .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)));

    [Fact]
    public void Every_row_stands_there()
    {
        var present = Lines.SelectMany(line => NumbersOf(line[0])).ToHashSet();

        int[] wanted = [.. Enumerable.Range(13, 9), .. Enumerable.Range(37, 91), .. Enumerable.Range(140, 36)];
        Assert.Equal([], wanted.Except(present));
    }

    [Fact]
    public void A_row_without_a_test_says_why() => Assert.Empty(Lines.Where(line => line[1].Length == 0 && line[2].Length == 0).Select(line => line[0]));

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var missing = NamedTest().Matches(Document)
            .Where(match => !TestClasses.GetValueOrDefault(match.Groups["class"].Value, "").Contains($" {match.Groups["method"].Value}_", StringComparison.Ordinal))
            .Select(match => match.Value)
            .Concat(NamedConsoleRow().Matches(Document)
                .Where(match => !Regex.IsMatch(ConsoleRows(match.Groups["group"].Value), $"^  '?{match.Groups["row"].Value}'?: async", RegexOptions.Multiline))
                .Select(match => match.Value));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_test_that_names_rows_is_named()
    {
        var named = NamedTest().Matches(Document).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).ToList();

        var unnamed = TestClasses
            .SelectMany(file => TestOfRows().Matches(file.Value).Select(match => (Class: file.Key, Method: match.Groups[1].Value)))
            .Where(test => !named.Any(known => known.Class == test.Class && test.Method.StartsWith(known.Method + "_", StringComparison.Ordinal)));

        Assert.Empty(unnamed);
    }

    /// <summary>The numbers of "72, 73, 75 to 79".</summary>
    private static IEnumerable<int> NumbersOf(string rows) => rows.Split(',').SelectMany(part =>
    {
        var ends = part.Split(" to ").Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    });

    /// <summary>The script of a group of console rows, with those that it takes rows from.</summary>
    private static string ConsoleRows(string group)
    {
        var script = Script(group);
        return string.Concat([script, .. ImportedFile().Matches(script).Select(match => Script(match.Groups[1].Value))]);

        static string Script(string name) => Repository.Read($"ui/browser/acceptance/{name}.mjs");
    }

    [GeneratedRegex(@"^\| \d.*\|$", RegexOptions.Multiline)]
    private static partial Regex TableLine();

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>Row_[\d_to]*\d)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"`console (?<group>[a-z]+) (?<row>[\d-]+)`")]
    private static partial Regex NamedConsoleRow();

    [GeneratedRegex(@"public (?:async )?Task (Row_\w+)\(")]
    private static partial Regex TestOfRows();

    [GeneratedRegex(@"from '\./(\w+)\.mjs'")]
    private static partial Regex ImportedFile();
}
