namespace Weft.ControlPlane.Generation;

public sealed class GoldenTests
{
    /// <summary>Cases that differ from istiod so far, each with its reason (golden/not-yet.tsv). A case that begins to match must leave the list.</summary>
    private static readonly Lazy<Dictionary<string, string>> s_notYet = new(() => File.ReadLines(Path.Combine(GoldenCase.Folder, "not-yet.tsv"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('\t', 2))
        .ToDictionary(parts => parts[0], parts => parts[1]));

    public static TheoryData<string> Cases => [.. GoldenCase.Names()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Generated_resources_equal_what_istiod_sent(string name)
    {
        var differences = GoldenCase.Load(name).Differences();
        if (s_notYet.Value.ContainsKey(name))
        {
            Assert.True(differences.Count > 0, $"{name} now equals istiod: take it off golden/not-yet.tsv");
        }
        else
        {
            Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(20))}");
        }
    }
}
