using System.Globalization;
using Weft.Demos.Hosting;
using Weft.Demos.MySql;

namespace Weft.Demos.Bookinfo.Ratings;

/// <summary>The database gave no ratings; the message is for the caller.</summary>
internal sealed class RatingsDatabaseException(string message) : Exception(message);

/// <summary>Where ratings v2 reads: DB_TYPE mysql, else MongoDB, which is not built.</summary>
internal sealed class RatingsDatabase(DemoContext context, MySqlDatabase? mysql)
{
    private const string Statement = "SELECT Rating FROM ratings";

    public static RatingsDatabase From(DemoContext context) => new(context, context.Setting("DB_TYPE") == "mysql" ? MySql(context) : null);

    /// <exception cref="RatingsDatabaseException">The database cannot be reached or refuses.</exception>
    public async Task<IReadOnlyDictionary<string, int>> ReadAsync(CancellationToken cancellationToken)
    {
        if (mysql is null)
        {
            throw new RatingsDatabaseException("ratings from MongoDB are not built into Weft's Bookinfo; set DB_TYPE=mysql");
        }

        try
        {
            var rows = (await mysql.QueryAsync(Statement, cancellationToken)).Rows;
            return rows.Take(2).Select((row, index) => KeyValuePair.Create($"Reviewer{index + 1}", Stars(row[0]))).ToDictionary();
        }
        catch (Exception error) when (error is IOException or MySqlException)
        {
            context.Log($"ratings database: {error.Message}");
            throw new RatingsDatabaseException("could not connect to ratings database");
        }
    }

    private static int Stars(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var stars) ? stars : 0;

    private static MySqlDatabase MySql(DemoContext context) =>
        new(context, context.Setting("MYSQL_DB_HOST", "mysqldb"), context.Number("MYSQL_DB_PORT", 3306))
        {
            User = context.Setting("MYSQL_DB_USER", "root"),
            Password = context.Setting("MYSQL_DB_PASSWORD"),
            Schema = "test",
        };
}
