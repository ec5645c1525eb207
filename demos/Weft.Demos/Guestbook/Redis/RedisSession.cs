using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>One connection of a client or, once it asks to be synchronised, of a replica.</summary>
internal sealed class RedisSession(Stream stream, RedisState state, string master)
{
    private readonly RespReader _reader = new(stream);
    private int _replicaPort = RedisServer.Port;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _reader.ReadCommandAsync(cancellationToken) is { } words)
            {
                if (words.Length > 0 && !await AnswerAsync(words, cancellationToken))
                {
                    return;
                }
            }
        }
        catch (InvalidDataException error)
        {
            await stream.WriteAsync(Resp.Error("ERR " + error.Message), cancellationToken);
            throw;
        }
    }

    /// <returns>False when the session has ended.</returns>
    private async Task<bool> AnswerAsync(byte[][] words, CancellationToken cancellationToken)
    {
        var name = RedisCommands.Key(words[0]).ToUpperInvariant();
        switch (name)
        {
            case "QUIT":
                await stream.WriteAsync(Resp.Ok, cancellationToken);
                return false;
            case "SYNC" or "PSYNC" when !state.IsReplica:
                await FeedAsync(withHeader: name == "PSYNC", cancellationToken);
                return false;
            default:
                await stream.WriteAsync(Answer(name, words), cancellationToken);
                return true;
        }
    }

    private byte[] Answer(string name, byte[][] words)
    {
        if (RedisCommands.Find(name) is { } command)
        {
            return state.Execute(name, command, words);
        }

        return name switch
        {
            "PING" => words.Length > 1 ? Resp.Bulk(words[1]) : Resp.Simple("PONG"),
            "ECHO" when words.Length == 2 => Resp.Bulk(words[1]),
            "SELECT" when words.Length == 2 => RedisCommands.Key(words[1]) == "0" ? Resp.Ok : Resp.Error("ERR DB index is out of range"),
            "INFO" => Resp.Bulk(new RedisReport(state, master).Info(words.Length > 1 ? RedisCommands.Key(words[1]) : "default")),
            "ROLE" => new RedisReport(state, master).Role(),
            "COMMAND" => Resp.Array([]),
            "CLIENT" or "READONLY" => Resp.Ok,
            "HELLO" => Resp.Error("NOPROTO unsupported protocol version"),
            "REPLCONF" => Configure(words),
            "SYNC" or "PSYNC" => Resp.Error("ERR this replica does not feed replicas of its own"),
            _ => Resp.Error($"ERR unknown command '{Encoding.UTF8.GetString(words[0].AsSpan(0, Math.Min(words[0].Length, 64)))}'"),
        };
    }

    /// <summary>What a replica tells of itself before it is fed.</summary>
    private byte[] Configure(byte[][] words)
    {
        for (var i = 1; i + 1 < words.Length; i += 2)
        {
            if (RedisCommands.Key(words[i]).Equals("listening-port", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                _replicaPort = port;
            }
        }

        return Resp.Ok;
    }

    /// <summary>All values, then each change, until the replica leaves or falls too far behind.</summary>
    private async Task FeedAsync(bool withHeader, CancellationToken cancellationToken)
    {
        var (snapshot, offset, feed) = state.Join((stream as NetworkStream)?.Socket.RemoteEndPoint);
        feed.Port = _replicaPort;
        feed.Acknowledged = offset;
        try
        {
            if (withHeader)
            {
                await stream.WriteAsync(Resp.Simple(string.Create(CultureInfo.InvariantCulture, $"FULLRESYNC {state.ReplicationId} {offset}")), cancellationToken);
            }

            await stream.WriteAsync(Resp.Header('$', snapshot.Length), cancellationToken);
            await stream.WriteAsync(snapshot, cancellationToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = SendAsync(feed, ended.Token);
            var acknowledging = AcknowledgeAsync(feed, ended.Token);
            await Task.WhenAny(sending, acknowledging);
            await ended.CancelAsync();
            await Task.WhenAll(sending, acknowledging);
        }
        finally
        {
            state.Leave(feed);
        }
    }

    private async Task SendAsync(ReplicaFeed feed, CancellationToken cancellationToken)
    {
        await foreach (var change in feed.Changes.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(change, cancellationToken);
        }
    }

    private async Task AcknowledgeAsync(ReplicaFeed feed, CancellationToken cancellationToken)
    {
        while (await _reader.ReadCommandAsync(cancellationToken) is { } words)
        {
            if (words.Length == 3 && RedisCommands.Key(words[1]).Equals("ACK", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            {
                feed.Acknowledged = offset;
            }
        }
    }
}
