using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>
/// The values of one server and where replication stands. Each change is applied and handed to the replicas in one step, so that all see the same order.
/// </summary>
/// <param name="isReplica">A replica takes changes from its master only.</param>
internal sealed class RedisState(bool isReplica)
{
    private readonly Lock _lock = new();
    private readonly List<ReplicaFeed> _feeds = [];
    private Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    public bool IsReplica => isReplica;

    /// <summary>Forty hexadecimal digits that name this history of changes; a replica has its master's.</summary>
    public string ReplicationId { get; private set; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    /// <summary>Bytes of changes since the history began.</summary>
    public long Offset { get; private set; }

    /// <summary>A replica's connection to its master has given it all values.</summary>
    public bool IsLinkUp { get; set; }

    public IReadOnlyList<ReplicaFeed> Feeds
    {
        get
        {
            lock (_lock)
            {
                return [.. _feeds];
            }
        }
    }

    /// <summary>Executes a client's command.</summary>
    public byte[] Execute(string name, RedisCommand command, byte[][] words)
    {
        if (words.Length < command.MinWords || words.Length > command.MaxWords)
        {
            return Resp.Error($"ERR wrong number of arguments for '{name.ToLowerInvariant()}' command");
        }

        if (command.IsWrite && isReplica)
        {
            return Resp.Error("READONLY You can't write against a read only replica.");
        }

        lock (_lock)
        {
            var reply = command.Execute(_values, words);
            if (command.IsWrite && reply is not [(byte)'-', ..])
            {
                Propagate(Resp.Command(words));
            }

            return reply;
        }
    }

    /// <summary>Begins to feed a replica: all values as they are now, and from then on each change.</summary>
    public (byte[] Snapshot, long Offset, ReplicaFeed Feed) Join(EndPoint? replica)
    {
        lock (_lock)
        {
            var feed = new ReplicaFeed(replica);
            _feeds.Add(feed);
            return (RdbSnapshot.Write(_values), Offset, feed);
        }
    }

    public void Leave(ReplicaFeed feed)
    {
        lock (_lock)
        {
            _feeds.Remove(feed);
        }
    }

    /// <summary>Tells the replicas that the master is alive.</summary>
    public void PingReplicas()
    {
        lock (_lock)
        {
            if (_feeds.Count > 0)
            {
                Propagate(Resp.Command("PING"));
            }
        }
    }

    /// <summary>A replica takes over its master's values.</summary>
    public void Load(Dictionary<string, byte[]> values, string replicationId, long offset)
    {
        lock (_lock)
        {
            _values = values;
            ReplicationId = replicationId;
            Offset = offset;
            IsLinkUp = true;
        }
    }

    /// <summary>A replica applies a change of its master. When values end is the master's business: it sends a DEL.</summary>
    /// <returns>False when the change is none that is known, and the values differ from the master's from now on.</returns>
    public bool Apply(byte[][] words, long offset)
    {
        lock (_lock)
        {
            Offset = offset;
            var name = RedisCommands.Key(words[0]).ToUpperInvariant();
            if (name == "SET" && words.Length >= 3)
            {
                _values[RedisCommands.Key(words[1])] = words[2];
                return true;
            }

            if (name is "PING" or "SELECT" or "REPLCONF" or "MULTI" or "EXEC")
            {
                return true;
            }

            return RedisCommands.Find(name) is { IsWrite: true } command && words.Length >= command.MinWords && words.Length <= command.MaxWords
                && command.Execute(_values, words) is not [(byte)'-', ..];
        }
    }

    private void Propagate(byte[] change)
    {
        Offset += change.Length;
        foreach (var feed in _feeds)
        {
            feed.Offer(change);
        }
    }
}

/// <summary>What one replica is still to be sent. One that falls too far behind is let go and may join again.</summary>
internal sealed class ReplicaFeed(EndPoint? replica)
{
    private const int Capacity = 4096;

    private readonly Channel<byte[]> _changes = Channel.CreateBounded<byte[]>(Capacity);

    public EndPoint? Replica => replica;

    public int Port { get; set; } = RedisServer.Port;

    /// <summary>How far the replica says it is.</summary>
    public long Acknowledged { get; set; }

    public ChannelReader<byte[]> Changes => _changes.Reader;

    public void Offer(byte[] change)
    {
        if (!_changes.Writer.TryWrite(change))
        {
            _changes.Writer.TryComplete();
        }
    }
}
