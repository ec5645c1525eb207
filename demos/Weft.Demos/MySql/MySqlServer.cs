using Weft.Demos.Hosting;

namespace Weft.Demos.MySql;

/// <summary>A demo's database image, speaking MySQL's protocol over tables of its own.</summary>
/// <param name="tables">Answers a SELECT; throws <see cref="MySqlException"/> for what it does not understand.</param>
internal sealed class MySqlServer(Func<string, MySqlResult> tables) : IDemoWorkload
{
    private const int Port = 3306;

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var password = context.Setting("MYSQL_ROOT_PASSWORD", "password");
        await DemoTcpServer.ServeAsync(
            context,
            Port,
            () => context.Log($"mysqld: ready for connections. Version: '8.0.20'  port: {Port}"),
            (connection, stop) => new MySqlSession(connection, password, tables).RunAsync(stop),
            cancellationToken);
        return 0;
    }
}
