using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Weft.Kubernetes.Client;

namespace Weft.Console.Logs;

/// <summary>Logs of containers, line by line as the API server sends them. Fails with <see cref="KubernetesApiException"/>.</summary>
public sealed partial class PodLogs(KubeClient kubernetes)
{
    /// <summary>The entries that are asked for. One more entry than <see cref="LogRequest.MaxLines"/> is never read to its end.</summary>
    public async IAsyncEnumerable<LogEntry> ReadAsync(LogRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new LogOptions
        {
            Container = request.Container,
            SinceTime = request.Since,
            TailLines = request.TailLines,
            Previous = request.Previous,
            Timestamps = true,
        };
        DateTimeOffset? end = request.Since + request.Duration;
        await foreach (var line in kubernetes.LogAsync(request.Namespace, request.Pod, options, cancellationToken).ConfigureAwait(false))
        {
            if (!IsAbout(request, line) || Parse(line, request.IsProxy) is not { } entry || entry.Time < request.Since)
            {
                continue;
            }

            end ??= entry.Time + request.Duration;
            if (entry.Time > end)
            {
                yield break;
            }

            yield return entry;
        }
    }

    private static bool IsAbout(LogRequest request, string line) => request.About.IsEmpty || request.About.Any(name => line.Contains(name, StringComparison.Ordinal));

    /// <summary>Null for a line without a time, which the API server does not send.</summary>
    internal static LogEntry? Parse(string line, bool isProxy)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        var message = blank < 0 ? "" : line[(blank + 1)..];
        if (!TryTime(blank < 0 ? line : line[..blank], out var time))
        {
            return null;
        }

        var accessLog = isProxy ? AccessLogParser.Parse(message) ?? ZtunnelLogParser.Parse(message) : null;
        if (accessLog?.Timestamp is { } requested && TryTime(requested, out var requestTime))
        {
            time = requestTime;
        }

        return new LogEntry(time, message, SeverityOf(message), accessLog);
    }

    /// <summary>The first word that names a level; without one, information.</summary>
    private static LogSeverity SeverityOf(string message) => Level().Match(message).Value.ToUpperInvariant() switch
    {
        "ERROR" => LogSeverity.Error,
        "WARN" => LogSeverity.Warn,
        "DEBUG" => LogSeverity.Debug,
        "TRACE" => LogSeverity.Trace,
        _ => LogSeverity.Info,
    };

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    [GeneratedRegex("ERROR|WARN|DEBUG|TRACE", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Level();
}
