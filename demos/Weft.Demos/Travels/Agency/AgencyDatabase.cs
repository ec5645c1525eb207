using System.Net.Sockets;
using Weft.Demos.Hosting;
using Weft.Demos.Travels.Database;

namespace Weft.Demos.Travels.Agency;

/// <summary>The agency services' way to the database: a new connection for each query, as the demo has it.</summary>
internal sealed class AgencyDatabase(DemoContext context)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <exception cref="MySqlException">The server refused.</exception>
    /// <exception cref="IOException">The database cannot be reached or the connection broke.</exception>
    public async Task<MySqlResult> QueryAsync(string statement, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var (host, port) = Address(context.Setting("MYSQL_SERVICE"));
        try
        {
            await using var connection = await context.DialAsync(host, port, either.Token);
            return await MySqlClient.QueryAsync(
                connection, context.Setting("MYSQL_USER", "root"), context.Setting("MYSQL_PASSWORD"), context.Setting("MYSQL_DATABASE", "test"), statement, either.Token);
        }
        catch (Exception error) when (error is SocketException or InvalidDataException)
        {
            throw new IOException($"database {host}:{port}: {error.Message}", error);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new IOException($"database {host}:{port}: no answer within {Limit.TotalSeconds} s");
        }
    }

    private static (string Host, int Port) Address(string service)
    {
        var colon = service.LastIndexOf(':');
        return colon > 0 && int.TryParse(service.AsSpan(colon + 1), out var port) ? (service[..colon], port) : (service, 3306);
    }
}
