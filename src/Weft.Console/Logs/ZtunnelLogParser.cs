using System.Text.RegularExpressions;

namespace Weft.Console.Logs;

/// <summary>Reads what a ztunnel writes of a connection (<c>src.addr=... dst.service="..." bytes_sent=... duration="1ms"</c>) into the fields that Kiali puts it in. Any other line is none.</summary>
public static partial class ZtunnelLogParser
{
    public static AccessLogFields? Parse(string line)
    {
        if (!line.Contains("src.addr=", StringComparison.Ordinal) || !line.Contains("dst.addr=", StringComparison.Ordinal))
        {
            return null;
        }

        var fields = Pair().Matches(line).DistinctBy(pair => pair.Groups[1].Value).ToDictionary(pair => pair.Groups[1].Value, pair => pair.Groups[2].Value.Trim('"'));
        return new AccessLogFields
        {
            BytesReceived = fields.GetValueOrDefault("bytes_recv"),
            BytesSent = fields.GetValueOrDefault("bytes_sent"),
            Duration = fields.GetValueOrDefault("duration"),
            DownstreamRemote = fields["src.addr"],
            DownstreamLocal = fields["dst.addr"],
            UpstreamCluster = fields.GetValueOrDefault("src.identity"),
            RequestedServer = fields.GetValueOrDefault("dst.service"),
        };
    }

    [GeneratedRegex("""([a-z_.]+)=("[^"]*"|[^\s]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();
}
