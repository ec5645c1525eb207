using System.Globalization;
using System.Net;
using System.Text;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>What a server says of itself: INFO and ROLE.</summary>
internal sealed class RedisReport(RedisState state, string master)
{
    /// <param name="section">server, replication or keyspace; anything else means all.</param>
    public string Info(string section)
    {
        (string Name, Func<string> Text)[] sections = [("server", Server), ("replication", Replication), ("keyspace", Keyspace)];
        var chosen = sections.Where(each => each.Name.Equals(section, StringComparison.OrdinalIgnoreCase)).ToArray();
        return string.Join("\r\n", (chosen.Length > 0 ? chosen : sections).Select(each => each.Text()));
    }

    public byte[] Role() => state.IsReplica
        ? Resp.Array([Resp.Bulk("slave"), Resp.Bulk(master), Resp.Integer(RedisServer.Port), Resp.Bulk(state.IsLinkUp ? "connected" : "connect"), Resp.Integer(state.Offset)])
        : Resp.Array([Resp.Bulk("master"), Resp.Integer(state.Offset), Resp.Array([.. state.Feeds.Select(feed => Resp.Array(
            [Resp.Bulk(Address(feed)), Resp.Bulk(Text(feed.Port)), Resp.Bulk(Text(feed.Acknowledged))]))])]);

    private static string Server() => "# Server\r\nredis_version:2.8.19\r\nredis_mode:standalone\r\nexecutable:Weft's Guestbook demo, not Redis\r\n";

    private string Keyspace() =>
        "# Keyspace\r\n" + (RedisCommands.Find("DBSIZE") is { } size && Encoding.ASCII.GetString(state.Execute("DBSIZE", size, ["DBSIZE"u8.ToArray()])) is var reply && reply != ":0\r\n"
            ? $"db0:keys={reply.Trim(':', '\r', '\n')},expires=0,avg_ttl=0\r\n"
            : "");

    private string Replication()
    {
        var text = new StringBuilder("# Replication\r\n");
        if (state.IsReplica)
        {
            text.Append(CultureInfo.InvariantCulture, $"role:slave\r\nmaster_host:{master}\r\nmaster_port:{RedisServer.Port}\r\nmaster_link_status:{(state.IsLinkUp ? "up" : "down")}\r\n");
            text.Append(CultureInfo.InvariantCulture, $"master_sync_in_progress:0\r\nslave_repl_offset:{state.Offset}\r\nslave_read_only:1\r\nconnected_slaves:0\r\n");
        }
        else
        {
            var feeds = state.Feeds;
            text.Append(CultureInfo.InvariantCulture, $"role:master\r\nconnected_slaves:{feeds.Count}\r\n");
            for (var i = 0; i < feeds.Count; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"slave{i}:ip={Address(feeds[i])},port={feeds[i].Port},state=online,offset={feeds[i].Acknowledged},lag=0\r\n");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"master_replid:{state.ReplicationId}\r\nmaster_repl_offset:{state.Offset}\r\n").ToString();
    }

    private static string Address(ReplicaFeed feed) => (feed.Replica as IPEndPoint)?.Address.ToString() ?? "";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
