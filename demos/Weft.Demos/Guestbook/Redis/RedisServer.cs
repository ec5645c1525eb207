using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>Images <c>redis</c> and <c>gb-redisslave</c>: a server of strings that speaks Redis' protocol and replicates from master to replicas.</summary>
internal sealed class RedisServer : IDemoWorkload
{
    public const int Port = 6379;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);

    private readonly bool _isReplica;

    private RedisServer(bool isReplica)
    {
        _isReplica = isReplica;
    }

    public static RedisServer Master() => new(isReplica: false);

    public static RedisServer Replica() => new(isReplica: true);

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var state = new RedisState(_isReplica);
        var master = RedisHosts.Master(context);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var replication = _isReplica ? new RedisReplication(context, state, master).RunAsync(ended.Token) : PingAsync(context, state, ended.Token);
        try
        {
            await DemoTcpServer.ServeAsync(
                context,
                Port,
                () => context.Log($"The server is now ready to accept connections on port {Port}"),
                (connection, stop) => new RedisSession(connection, state, master).RunAsync(stop),
                cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await replication;
        }

        return 0;
    }

    private static async Task PingAsync(DemoContext context, RedisState state, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PingEvery, context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                state.PingReplicas();
            }
        }
        catch (OperationCanceledException)
        {
            // The pod stops.
        }
    }
}
