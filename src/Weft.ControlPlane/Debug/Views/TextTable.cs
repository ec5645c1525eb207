using System.Text;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>Columns as istioctl prints them: each as wide as its widest cell and some blanks, the last without.</summary>
public static class TextTable
{
    public const int Padding = 5;

    /// <summary>Lines end in a line feed, the last one too.</summary>
    public static string Write(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int padding = Padding)
    {
        var lines = new List<IReadOnlyList<string>> { header };
        lines.AddRange(rows);
        var widths = Enumerable.Range(0, header.Count).Select(column => lines.Max(line => line[column].Length) + padding).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            for (var column = 0; column < line.Count - 1; column++)
            {
                text.Append(line[column].PadRight(widths[column]));
            }

            text.Append(line[^1]).Append('\n');
        }

        return text.ToString();
    }
}
