using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.Demos.Travels.Database;

/// <summary>The statements that the demo's database understands: all cities, the offers of one city, and what clients ask when they connect.</summary>
internal static partial class TravelsQueries
{
    private const int SyntaxError = 1064;
    private const int NoSuchTable = 1146;

    /// <summary>Answers a statement; null when it has no rows (SET, USE).</summary>
    /// <exception cref="MySqlException">The statement is none of those.</exception>
    public static MySqlResult? Execute(string statement)
    {
        var sql = statement.Trim().TrimEnd(';');
        if (SessionStatement().IsMatch(sql))
        {
            return null;
        }

        if (Variable().Match(sql) is { Success: true } variable)
        {
            return new MySqlResult([variable.Groups["name"].Value], [["Weft demo database"]]);
        }

        var select = Select().Match(sql);
        if (!select.Success)
        {
            throw new MySqlException(SyntaxError, $"You have an error in your SQL syntax; this database understands SELECT on its five tables, not '{Shorten(sql)}'");
        }

        var table = select.Groups["table"].Value;
        if (table == "cities")
        {
            return new MySqlResult(["city", "lat", "lng"], [.. TravelsTables.Cities.Select(city => (string[])[city.Name, city.Latitude, city.Longitude])]);
        }

        var column = TravelsTables.OfferColumn(table) ?? throw new MySqlException(NoSuchTable, $"Table 'test.{Shorten(table)}' doesn't exist");
        return new MySqlResult([column, "price"], [.. Offers(table, select.Groups["city"]).Select(offer =>
            (string[])[offer.Name, offer.Price.ToString(CultureInfo.InvariantCulture)])]);
    }

    /// <summary>A string literal with what MySQL treats specially escaped.</summary>
    public static string Quote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'";

    private static IEnumerable<(string Name, int Price)> Offers(string table, Group city)
    {
        if (!city.Success)
        {
            return TravelsTables.Cities.SelectMany(each => TravelsTables.Offers(table, each));
        }

        var name = city.Value.Replace("''", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return TravelsTables.Find(name) is { } found ? TravelsTables.Offers(table, found) : [];
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "...";

    [GeneratedRegex(@"^(set|use|start|begin|commit|rollback)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SessionStatement();

    [GeneratedRegex(@"^select\s+(?<name>@@[\w.]+|version\(\)|database\(\))(\s+limit\s+\d+)?$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^select\s+[\w.,\s*]+\s+from\s+(?<table>\w+)(\s+\w+)?(\s*,\s*cities(\s+\w+)?|\s+join\s+cities(\s+\w+)?\s+on\s+[\w.]+\s*=\s*[\w.]+)?(\s+where\s+([\w.]+\s*=\s*[\w.]+\s+and\s+)?([\w]+\.)?city\s*=\s*'(?<city>([^']|'')*)')?$",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Select();
}
