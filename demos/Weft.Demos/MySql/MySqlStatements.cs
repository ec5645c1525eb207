using System.Text.RegularExpressions;

namespace Weft.Demos.MySql;

/// <summary>What clients ask of any server when they connect; everything else goes to the demo's tables.</summary>
internal static partial class MySqlStatements
{
    public const int SyntaxError = 1064;
    public const int NoSuchTable = 1146;

    /// <summary>Answers a statement; null when it has no rows (SET, USE).</summary>
    /// <exception cref="MySqlException">Neither this nor the tables understand it.</exception>
    public static MySqlResult? Execute(string statement, Func<string, MySqlResult> tables)
    {
        var sql = statement.Trim().TrimEnd(';');
        if (SessionStatement().IsMatch(sql))
        {
            return null;
        }

        return Variable().Match(sql) is { Success: true } variable
            ? new MySqlResult([variable.Groups["name"].Value], [["Weft demo database"]])
            : tables(sql);
    }

    /// <summary>A string literal with what MySQL treats specially escaped.</summary>
    public static string Quote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>A statement or name cut to what fits an error message.</summary>
    public static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "...";

    [GeneratedRegex(@"^(set|use|start|begin|commit|rollback)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SessionStatement();

    [GeneratedRegex(@"^select\s+(?<name>@@[\w.]+|version\(\)|database\(\))(\s+limit\s+\d+)?$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
