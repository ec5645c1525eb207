using System.Text.RegularExpressions;

namespace Weft.Architecture;

/// <summary>Prose that names files is checked, so that it cannot go stale unseen.</summary>
public sealed partial class DocumentationTests
{
    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_file_that_a_document_names_exists(string document)
    {
        var missing = NamedPath().Matches(Repository.Read(document))
            .Select(match => match.Groups[1].Value)
            .Where(path => !Path.Exists(Path.Combine(Repository.Root, path)));

        Assert.Empty(missing);
    }

    [Fact]
    public void Decisions_are_numbered_without_gaps()
    {
        var numbers = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs/decisions"), "*.md")
            .Select(file => int.Parse(Path.GetFileName(file)[..4], System.Globalization.CultureInfo.InvariantCulture))
            .Order();

        Assert.Equal(Enumerable.Range(1, numbers.Count()), numbers);
    }

    // A path in backticks that begins at a top folder of the repository.
    [GeneratedRegex(@"`((?:src|ui|demos|tests|docs|eng|bench|\.ci)/[\w./\-]*)`")]
    private static partial Regex NamedPath();
}
