using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Weft.Demos.Hosting;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>A replica's connection to its master: asks for everything, applies each change, and begins again when the connection is lost.</summary>
internal sealed class RedisReplication(DemoContext context, RedisState state, string master)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AcknowledgeEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using var silence = new CancellationTokenSource(Silence, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            try
            {
                await using var connection = await context.DialAsync(master, RedisServer.Port, either.Token);
                await FollowAsync(connection, silence, either.Token);
                context.Log($"replication: {master} closed the connection");
            }
            catch (Exception error) when (error is IOException or SocketException or InvalidDataException)
            {
                context.Log($"replication: {master}: {error.Message}");
            }
            catch (OperationCanceledException)
            {
                context.Log(cancellationToken.IsCancellationRequested ? "replication: ends" : $"replication: {master} was silent for {Silence.TotalSeconds} s");
            }

            state.IsLinkUp = false;
            await PauseAsync(cancellationToken);
        }
    }

    private async Task FollowAsync(Stream connection, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        var reader = new RespReader(connection);
        var (id, offset) = await GreetAsync(connection, reader, cancellationToken);
        var values = RdbSnapshot.Read(await SnapshotAsync(reader, cancellationToken));
        state.Load(values, id, offset);
        context.Log($"replication: {values.Count} values from {master}, offset {offset}");

        var start = reader.Consumed - offset;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var acknowledging = AcknowledgeAsync(connection, ended.Token);
        try
        {
            while (await reader.ReadCommandAsync(cancellationToken) is { } words)
            {
                silence.CancelAfter(Silence);
                if (words.Length > 0 && !state.Apply(words, reader.Consumed - start))
                {
                    context.Log($"replication: change {RedisCommands.Key(words[0])} of {master} is not known here; the values differ from now on");
                }
            }
        }
        finally
        {
            await ended.CancelAsync();
            await acknowledging;
        }
    }

    /// <summary>The numbered exchange of a replica that joins: (1) PING, (2) its port, (3) its abilities, (4) PSYNC, answered by the history's name and offset.</summary>
    private static async Task<(string Id, long Offset)> GreetAsync(Stream connection, RespReader reader, CancellationToken cancellationToken)
    {
        byte[][] greetings = [Resp.Command("PING"), Resp.Command("REPLCONF", "listening-port", RedisServer.Port.ToString(CultureInfo.InvariantCulture)), Resp.Command("REPLCONF", "capa", "psync2")];
        foreach (var greeting in greetings)
        {
            await connection.WriteAsync(greeting, cancellationToken);
            if (await reader.ReadReplyAsync(cancellationToken) is ('-', var refusal))
            {
                throw new InvalidDataException("refused: " + Encoding.UTF8.GetString(refusal ?? []));
            }
        }

        await connection.WriteAsync(Resp.Command("PSYNC", "?", "-1"), cancellationToken);
        var answer = Encoding.UTF8.GetString(await NextLineAsync(reader, cancellationToken)).Split(' ');
        return answer is ["+FULLRESYNC", { Length: 40 } id, var text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? (id, offset)
            : throw new InvalidDataException("PSYNC is answered by " + string.Join(' ', answer));
    }

    private static async Task<byte[]> SnapshotAsync(RespReader reader, CancellationToken cancellationToken)
    {
        var header = Encoding.UTF8.GetString(await NextLineAsync(reader, cancellationToken));
        return header is ['$', .. var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= RespReader.MaxSnapshot
            ? await reader.ReadExactlyAsync(length, cancellationToken)
            : throw new InvalidDataException("no snapshot after FULLRESYNC");
    }

    /// <summary>A master that prepares its snapshot sends empty lines meanwhile.</summary>
    private static async Task<byte[]> NextLineAsync(RespReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await reader.ReadLineAsync(cancellationToken) is not { } line)
            {
                throw new EndOfStreamException("the master closed the connection");
            }

            if (line.Length > 0)
            {
                return line;
            }
        }
    }

    private async Task AcknowledgeAsync(Stream connection, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await connection.WriteAsync(Resp.Command("REPLCONF", "ACK", state.Offset.ToString(CultureInfo.InvariantCulture)), cancellationToken);
                await Task.Delay(AcknowledgeEvery, context.Time, cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The reading side sees the same end.
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Retry, context.Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The pod stops.
        }
    }
}
