using System.Globalization;
using System.Text.Json;
using Weft.Console.Logs;

namespace Weft.Api.Logs;

/// <summary>Writes an entry of a log in Kiali's words.</summary>
internal static class LogJson
{
    private static readonly (JsonEncodedText Name, Func<AccessLogFields, string?> Value)[] AccessLogFields =
    [
        (Text("authority"), log => log.Authority),
        (Text("bytes_received"), log => log.BytesReceived),
        (Text("bytes_sent"), log => log.BytesSent),
        (Text("connection_termination_details"), log => log.ConnectionTerminationDetails),
        (Text("downstream_local"), log => log.DownstreamLocal),
        (Text("downstream_remote"), log => log.DownstreamRemote),
        (Text("duration"), log => log.Duration),
        (Text("forwarded_for"), log => log.ForwardedFor),
        (Text("method"), log => log.Method),
        (Text("protocol"), log => log.Protocol),
        (Text("request_id"), log => log.RequestId),
        (Text("requested_server"), log => log.RequestedServer),
        (Text("response_code_details"), log => log.ResponseCodeDetails),
        (Text("response_flags"), log => log.ResponseFlags),
        (Text("route_name"), log => log.RouteName),
        (Text("status_code"), log => log.StatusCode),
        (Text("timestamp"), log => log.Timestamp),
        (Text("upstream_cluster"), log => log.UpstreamCluster),
        (Text("upstream_failure_reason"), log => log.UpstreamFailureReason),
        (Text("upstream_local"), log => log.UpstreamLocal),
        (Text("upstream_service"), log => log.UpstreamService),
        (Text("upstream_service_time"), log => log.UpstreamServiceTime),
        (Text("uri_path"), log => log.UriPath),
        (Text("user_agent"), log => log.UserAgent),
    ];

    public static void Write(Utf8JsonWriter json, LogEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("message"u8, entry.Message);
        json.WriteString("severity"u8, entry.Severity.ToString().ToUpperInvariant());
        json.WriteString("timestamp"u8, TimeOf(entry.Time));
        json.WriteNumber("timestampUnix"u8, entry.Time.ToUnixTimeMilliseconds());
        if (entry.AccessLog is { } log)
        {
            json.WriteStartObject("accessLog"u8);
            foreach (var (name, value) in AccessLogFields)
            {
                if (value(log) is { } text)
                {
                    json.WriteString(name, text);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>As Go prints a time and Kiali cuts it: at most three decimals, without zeros at the end unless all are.</summary>
    internal static string TimeOf(DateTimeOffset time)
    {
        var fraction = time.UtcDateTime.ToString("FFFFFFF", CultureInfo.InvariantCulture);
        return time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.", CultureInfo.InvariantCulture) + (fraction.Length == 0 ? "000" : fraction[..Math.Min(3, fraction.Length)]);
    }

    private static JsonEncodedText Text(string name) => JsonEncodedText.Encode(name);
}
