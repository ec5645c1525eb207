using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Console.Logs;

/// <summary>Reads a line of Envoy's access log as Istio configures it: its text format, or its JSON encoding. Any other line is none.</summary>
public static class AccessLogParser
{
    /// <summary>The fields of Istio's text format (EnvoyTextLogFormat): the time in brackets, the request in quotes, then these.</summary>
    private const int TextFields = 22;

    private const int LongestLine = 64 * 1024;

    public static AccessLogFields? Parse(string line)
    {
        var text = line.AsSpan().Trim();
        return text.Length is 0 or > LongestLine ? null : text[0] switch
        {
            '[' => ParseText(text),
            '{' => ParseJson(line),
            _ => null,
        };
    }

    private static AccessLogFields? ParseText(ReadOnlySpan<char> text)
    {
        var words = Words(text);
        if (words.Count != TextFields || words[1].Split(' ') is not [var method, .. var path, var protocol])
        {
            return null;
        }

        return new AccessLogFields
        {
            Timestamp = words[0],
            Method = method,
            UriPath = string.Join(" ", path) is { Length: > 0 } uri and not "-" ? uri : null,
            Protocol = protocol,
            StatusCode = words[2],
            ResponseFlags = words[3],
            ResponseCodeDetails = words[4],
            ConnectionTerminationDetails = words[5],
            UpstreamFailureReason = words[6],
            BytesReceived = words[7],
            BytesSent = words[8],
            Duration = words[9],
            UpstreamServiceTime = words[10],
            ForwardedFor = words[11],
            UserAgent = words[12],
            RequestId = words[13],
            Authority = words[14],
            UpstreamService = words[15],
            UpstreamCluster = words[16],
            UpstreamLocal = words[17],
            DownstreamLocal = words[18],
            DownstreamRemote = words[19],
            RequestedServer = words[20],
            RouteName = words[21],
        };
    }

    private static AccessLogFields? ParseJson(string line)
    {
        JsonObject? log;
        try
        {
            log = JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }

        // What every access log has, and no application's log is likely to have.
        return log is null || !log.ContainsKey("response_flags") || !log.ContainsKey("bytes_sent") ? null : new AccessLogFields
        {
            Timestamp = Text("start_time"),
            Method = Text("method"),
            UriPath = Text("path"),
            Protocol = Text("protocol"),
            StatusCode = Text("response_code"),
            ResponseFlags = Text("response_flags"),
            ResponseCodeDetails = Text("response_code_details"),
            ConnectionTerminationDetails = Text("connection_termination_details"),
            UpstreamFailureReason = Text("upstream_transport_failure_reason"),
            BytesReceived = Text("bytes_received"),
            BytesSent = Text("bytes_sent"),
            Duration = Text("duration"),
            UpstreamServiceTime = Text("upstream_service_time"),
            ForwardedFor = Text("x_forwarded_for"),
            UserAgent = Text("user_agent"),
            RequestId = Text("request_id"),
            Authority = Text("authority"),
            UpstreamService = Text("upstream_host"),
            UpstreamCluster = Text("upstream_cluster"),
            UpstreamLocal = Text("upstream_local_address"),
            DownstreamLocal = Text("downstream_local_address"),
            DownstreamRemote = Text("downstream_remote_address"),
            RequestedServer = Text("requested_server_name"),
            RouteName = Text("route_name"),
        };

        string? Text(string field) => log[field] is JsonValue value ? value.ToString() : null;
    }

    /// <summary>Parts at blanks, but for those within quotes or the brackets at the start. Ends early at a part that does not end.</summary>
    private static List<string> Words(ReadOnlySpan<char> text)
    {
        var words = new List<string>(TextFields + 1);
        while (!text.IsEmpty && words.Count <= TextFields)
        {
            var close = text[0] switch { '"' => '"', '[' when words.Count == 0 => ']', _ => ' ' };
            var body = close == ' ' ? text : text[1..];
            var end = body.IndexOf(close);
            if (end < 0 && close != ' ')
            {
                break;
            }

            words.Add((end < 0 ? body : body[..end]).ToString());
            text = end < 0 ? [] : body[(end + 1)..].TrimStart(' ');
        }

        return words;
    }
}
