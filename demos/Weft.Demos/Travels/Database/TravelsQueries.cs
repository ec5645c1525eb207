using System.Globalization;
using System.Text.RegularExpressions;
using Weft.Demos.MySql;

namespace Weft.Demos.Travels.Database;

/// <summary>The statements that the demo's database understands: all cities, and the offers of one city.</summary>
internal static partial class TravelsQueries
{
    /// <summary>Answers a statement.</summary>
    /// <exception cref="MySqlException">The statement is none of those.</exception>
    public static MySqlResult Execute(string sql)
    {
        var select = Select().Match(sql);
        if (!select.Success)
        {
            throw new MySqlException(MySqlStatements.SyntaxError, $"You have an error in your SQL syntax; this database understands SELECT on its five tables, not '{MySqlStatements.Shorten(sql)}'");
        }

        var table = select.Groups["table"].Value;
        if (table == "cities")
        {
            return new MySqlResult(["city", "lat", "lng"], [.. TravelsTables.Cities.Select(city => (string[])[city.Name, city.Latitude, city.Longitude])]);
        }

        var column = TravelsTables.OfferColumn(table) ?? throw new MySqlException(MySqlStatements.NoSuchTable, $"Table 'test.{MySqlStatements.Shorten(table)}' doesn't exist");
        return new MySqlResult([column, "price"], [.. Offers(table, select.Groups["city"]).Select(offer =>
            (string[])[offer.Name, offer.Price.ToString(CultureInfo.InvariantCulture)])]);
    }

    private static IEnumerable<(string Name, int Price)> Offers(string table, Group city)
    {
        if (!city.Success)
        {
            return TravelsTables.Cities.SelectMany(each => TravelsTables.Offers(table, each));
        }

        var name = city.Value.Replace("''", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return TravelsTables.Find(name) is { } found ? TravelsTables.Offers(table, found) : [];
    }

    [GeneratedRegex(@"^select\s+[\w.,\s*]+\s+from\s+(?<table>\w+)(\s+\w+)?(\s*,\s*cities(\s+\w+)?|\s+join\s+cities(\s+\w+)?\s+on\s+[\w.]+\s*=\s*[\w.]+)?(\s+where\s+([\w.]+\s*=\s*[\w.]+\s+and\s+)?([\w]+\.)?city\s*=\s*'(?<city>([^']|'')*)')?$",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Select();
}
