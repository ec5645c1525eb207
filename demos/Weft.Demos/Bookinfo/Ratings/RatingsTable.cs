using System.Text.RegularExpressions;
using Weft.Demos.MongoDb;
using Weft.Demos.MySql;

namespace Weft.Demos.Bookinfo.Ratings;

/// <summary>Bookinfo's database: the table, or MongoDB's collection, <c>ratings</c> with two rows.</summary>
internal static partial class RatingsTable
{
    private static readonly (string Id, string Rating)[] Rows = [("1", "5"), ("2", "4")];

    public static IReadOnlyDictionary<string, IReadOnlyList<BsonDocument>> Collections { get; } = new Dictionary<string, IReadOnlyList<BsonDocument>>
    {
        ["ratings"] = [new BsonDocument { { "rating", 5 } }, new BsonDocument { { "rating", 4 } }],
    };

    /// <exception cref="MySqlException">The statement is no SELECT on that table.</exception>
    public static MySqlResult Execute(string sql)
    {
        var select = Select().Match(sql);
        if (!select.Success)
        {
            throw new MySqlException(
                MySqlStatements.SyntaxError, $"You have an error in your SQL syntax; this database understands SELECT on its table ratings, not '{MySqlStatements.Shorten(sql)}'");
        }

        return select.Groups["columns"].Value.Equals("rating", StringComparison.OrdinalIgnoreCase)
            ? new MySqlResult(["Rating"], [.. Rows.Select(row => (string[])[row.Rating])])
            : new MySqlResult(["ReviewID", "Rating"], [.. Rows.Select(row => (string[])[row.Id, row.Rating])]);
    }

    [GeneratedRegex(@"^select\s+(?<columns>\*|rating|reviewid\s*,\s*rating)\s+from\s+(test\.)?ratings$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Select();
}
