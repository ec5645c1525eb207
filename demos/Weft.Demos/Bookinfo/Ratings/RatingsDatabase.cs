using System.Globalization;
using Weft.Demos.Hosting;
using Weft.Demos.MongoDb;
using Weft.Demos.MySql;

namespace Weft.Demos.Bookinfo.Ratings;

/// <summary>The database gave no ratings; the message is for the caller.</summary>
internal sealed class RatingsDatabaseException(string message) : Exception(message);

/// <summary>Where ratings v2 reads: MySQL (DB_TYPE mysql), else MongoDB (MONGO_DB_URL).</summary>
/// <param name="read">The stars in the order of the reviewers.</param>
internal sealed class RatingsDatabase(DemoContext context, Func<CancellationToken, Task<IReadOnlyList<int>>> read)
{
    private const string Statement = "SELECT Rating FROM ratings";
    private const string Collection = "ratings";
    private const string DefaultUrl = "mongodb://mongodb:27017/test";

    public static RatingsDatabase From(DemoContext context) => new(context, context.Setting("DB_TYPE") == "mysql" ? FromMySql(context) : FromMongo(context));

    /// <exception cref="RatingsDatabaseException">The database cannot be reached or refuses.</exception>
    public async Task<IReadOnlyDictionary<string, int>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await read(cancellationToken)).Take(2).Select((stars, index) => KeyValuePair.Create($"Reviewer{index + 1}", stars)).ToDictionary();
        }
        catch (Exception error) when (error is IOException or MySqlException)
        {
            context.Log($"ratings database: {error.Message}");
            throw new RatingsDatabaseException("could not connect to ratings database");
        }
    }

    private static Func<CancellationToken, Task<IReadOnlyList<int>>> FromMySql(DemoContext context)
    {
        var database = new MySqlDatabase(context, context.Setting("MYSQL_DB_HOST", "mysqldb"), context.Number("MYSQL_DB_PORT", 3306))
        {
            User = context.Setting("MYSQL_DB_USER", "root"),
            Password = context.Setting("MYSQL_DB_PASSWORD"),
            Schema = "test",
        };
        return async cancellationToken => [.. (await database.QueryAsync(Statement, cancellationToken)).Rows.Select(row => Stars(row[0]))];
    }

    private static Func<CancellationToken, Task<IReadOnlyList<int>>> FromMongo(DemoContext context)
    {
        var url = Uri.TryCreate(context.Setting("MONGO_DB_URL", DefaultUrl), UriKind.Absolute, out var given) ? given : new Uri(DefaultUrl);
        var database = new MongoDatabase(context, url);
        return async cancellationToken => [.. (await database.FindAsync(Collection, cancellationToken)).Select(document => document.Find("rating") switch
        {
            int stars => stars,
            double stars => (int)stars,
            long stars => (int)stars,
            _ => 0,
        })];
    }

    private static int Stars(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var stars) ? stars : 0;
}
