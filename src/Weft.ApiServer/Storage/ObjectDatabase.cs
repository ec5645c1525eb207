using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Weft.ApiServer.Storage;

/// <summary>The SQLite file that holds the objects. Used by one thread at a time: the committer of ObjectStore.</summary>
internal sealed class ObjectDatabase : IDisposable
{
    private const int FormatVersion = 1;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _revision;

    private ObjectDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _put = Command("INSERT OR REPLACE INTO objects(resource, namespace, name, revision, json) VALUES($r, $ns, $n, $v, $j)", "$r", "$ns", "$n", "$v", "$j");
        _delete = Command("DELETE FROM objects WHERE resource = $r AND namespace = $ns AND name = $n", "$r", "$ns", "$n");
        _revision = Command("INSERT OR REPLACE INTO meta(key, value) VALUES('revision', $v)", "$v");
    }

    public static ObjectDatabase Open(string file)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            connection.Open();
            // FULL: every commit is on disk before it is answered, whatever happens to the process.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Check(connection, file);
            Execute(connection, "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
            Execute(connection, "CREATE TABLE IF NOT EXISTS objects(resource TEXT, namespace TEXT, name TEXT, revision INTEGER NOT NULL, json BLOB NOT NULL, PRIMARY KEY(resource, namespace, name))");
            Execute(connection, $"INSERT OR IGNORE INTO meta(key, value) VALUES('format', '{FormatVersion}')");
            if (Meta(connection, "format") != FormatVersion.ToString(CultureInfo.InvariantCulture))
                throw new StateDamagedException(file, $"it has format {Meta(connection, "format")}, this program reads format {FormatVersion}");
            return new ObjectDatabase(connection);
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw new StateDamagedException(file, exception.Message, exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Reads everything; throws StateDamagedException when a row is not what was written.</summary>
    public StoreSnapshot Load(string file)
    {
        try
        {
            var snapshot = StoreSnapshot.Empty;
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT resource, namespace, name, revision, json FROM objects";
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    var key = new ObjectKey(reader.GetString(0), reader.GetString(1), reader.GetString(2));
                    snapshot = snapshot.With(StoredObject.Load(key, reader.GetFieldValue<byte[]>(4), reader.GetInt64(3)));
                }
            }

            var revision = long.Parse(Meta(_connection, "revision") ?? "0", CultureInfo.InvariantCulture);
            return snapshot with { Revision = revision };
        }
        catch (Exception exception) when (exception is SqliteException or System.Text.Json.JsonException or FormatException)
        {
            throw new StateDamagedException(file, exception.Message, exception);
        }
    }

    public SqliteTransaction Begin() => _connection.BeginTransaction();

    public void Put(SqliteTransaction transaction, StoredObject item)
    {
        _put.Transaction = transaction;
        _put.Parameters["$r"].Value = item.Key.StorageKey;
        _put.Parameters["$ns"].Value = item.Key.Namespace;
        _put.Parameters["$n"].Value = item.Key.Name;
        _put.Parameters["$v"].Value = item.Revision;
        _put.Parameters["$j"].Value = item.Json.ToArray();
        _put.ExecuteNonQuery();
    }

    public void Delete(SqliteTransaction transaction, ObjectKey key)
    {
        _delete.Transaction = transaction;
        _delete.Parameters["$r"].Value = key.StorageKey;
        _delete.Parameters["$ns"].Value = key.Namespace;
        _delete.Parameters["$n"].Value = key.Name;
        _delete.ExecuteNonQuery();
    }

    public void SetRevision(SqliteTransaction transaction, long revision)
    {
        _revision.Transaction = transaction;
        _revision.Parameters["$v"].Value = revision.ToString(CultureInfo.InvariantCulture);
        _revision.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _put.Dispose();
        _delete.Dispose();
        _revision.Dispose();
        _connection.Dispose();
    }

    private static void Check(SqliteConnection connection, string file)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        var answer = command.ExecuteScalar() as string;
        if (answer != "ok") throw new StateDamagedException(file, answer ?? "no answer to the integrity check");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string? Meta(SqliteConnection connection, string key)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE key = $k";
        command.Parameters.AddWithValue("$k", key);
        return command.ExecuteScalar() as string;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var parameter in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }
}
