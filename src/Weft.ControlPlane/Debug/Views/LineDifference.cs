using System.Globalization;
using System.Text;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>The difference of two texts in the unified format, with seven lines around each change.</summary>
internal static class LineDifference
{
    private const int Context = 7;

    /// <summary>Beyond this many differing lines on a side they are shown as one block: finding which of them agree would take their product of steps.</summary>
    private const int LongestCompared = 4000;

    /// <summary>Empty when the texts are equal.</summary>
    public static string Between(string beforeName, string[] before, string afterName, string[] after)
    {
        var edits = Edits(before, after);
        if (edits.TrueForAll(edit => edit.Mark == ' '))
        {
            return "";
        }

        var text = new StringBuilder().Append("--- ").Append(beforeName).Append("\n+++ ").Append(afterName).Append('\n');
        for (var at = 0; (at = edits.FindIndex(at, edit => edit.Mark != ' ')) >= 0;)
        {
            var start = Math.Max(0, at - Context);
            var end = EndOfHunk(edits, at);
            AppendHunk(text, edits, start, end);
            at = end;
        }

        return text.ToString();
    }

    /// <summary>Behind the last change that is not further than twice the context from the one before.</summary>
    private static int EndOfHunk(List<Edit> edits, int change)
    {
        var last = change;
        for (var at = change; at < edits.Count && at - last <= 2 * Context; at++)
        {
            last = edits[at].Mark == ' ' ? last : at;
        }

        return Math.Min(edits.Count, last + Context + 1);
    }

    private static void AppendHunk(StringBuilder text, List<Edit> edits, int start, int end)
    {
        var hunk = edits[start..end];
        var (before, after) = (edits.Take(start).Count(edit => edit.Mark != '+') + 1, edits.Take(start).Count(edit => edit.Mark != '-') + 1);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{before},{hunk.Count(edit => edit.Mark != '+')} +{after},{hunk.Count(edit => edit.Mark != '-')} @@\n");
        foreach (var edit in hunk)
        {
            text.Append(edit.Mark).Append(edit.Line).Append('\n');
        }
    }

    private static List<Edit> Edits(string[] before, string[] after)
    {
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
        {
            start++;
        }

        var end = 0;
        while (end < before.Length - start && end < after.Length - start && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        return
        [
            .. before[..start].Select(line => new Edit(' ', line)),
            .. Changes(before[start..^end], after[start..^end]),
            .. before[^end..].Select(line => new Edit(' ', line)),
        ];
    }

    private static IEnumerable<Edit> Changes(string[] before, string[] after)
    {
        if (before.Length > LongestCompared || after.Length > LongestCompared)
        {
            return [.. before.Select(line => new Edit('-', line)), .. after.Select(line => new Edit('+', line))];
        }

        return Along(before, after, CommonLengths(before, after));
    }

    /// <summary>The length of the longest common sequence of what is left from each pair of lines on.</summary>
    private static ushort[,] CommonLengths(string[] before, string[] after)
    {
        var common = new ushort[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? (ushort)(common[i + 1, j + 1] + 1) : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }

    private static IEnumerable<Edit> Along(string[] before, string[] after, ushort[,] common)
    {
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                yield return new Edit(' ', before[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                yield return new Edit('-', before[i++]);
            }
            else
            {
                yield return new Edit('+', after[j++]);
            }
        }
    }

    private readonly record struct Edit(char Mark, string Line);
}
