using System.Net.Sockets;
using Weft.Demos.Hosting;

namespace Weft.Demos.MySql;

/// <summary>A service's way to its database: a new connection for each query, as the demos have it.</summary>
internal sealed record MySqlDatabase(DemoContext Context, string Host, int Port)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public required string User { get; init; }

    public required string Password { get; init; }

    public required string Schema { get; init; }

    /// <exception cref="MySqlException">The server refused.</exception>
    /// <exception cref="IOException">The database cannot be reached or the connection broke.</exception>
    public async Task<MySqlResult> QueryAsync(string statement, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, Context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var connection = await Context.DialAsync(Host, Port, either.Token);
            return await MySqlClient.QueryAsync(connection, User, Password, Schema, statement, either.Token);
        }
        catch (Exception error) when (error is SocketException or InvalidDataException)
        {
            throw new IOException($"database {Host}:{Port}: {error.Message}", error);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new IOException($"database {Host}:{Port}: no answer within {Limit.TotalSeconds} s");
        }
    }
}
