using System.Text.RegularExpressions;

namespace Weft.Console.Graph.Telemetry;

/// <summary>Writes text into PromQL so that it cannot end its own literal.</summary>
internal static class PromText
{
    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    /// <summary>A name as a regular expression; dots stay as they are, as in Kiali, everything else special is escaped.</summary>
    public static string Pattern(string name) => Regex.Escape(name).Replace("\\.", ".", StringComparison.Ordinal);
}
