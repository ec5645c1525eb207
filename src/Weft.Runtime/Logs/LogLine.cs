using System.Globalization;
using System.Text;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Logs;

/// <summary>
/// One line of a container log. On disk: RFC 3339 time with nine decimals, stream, F (full), text; the format of the container
/// runtime interface of Kubernetes.
/// </summary>
public readonly record struct LogLine(DateTimeOffset Time, ContainerStream Stream, string Text)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'";
    private const string StdoutMark = " stdout F ";
    private const string StderrMark = " stderr F ";

    /// <summary>The time as it stands in the file and as <c>kubectl logs --timestamps</c> shows it.</summary>
    public string Timestamp => Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The line as stored, with its line end.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes($"{Timestamp}{(Stream == ContainerStream.Stdout ? StdoutMark : StderrMark)}{Text}\n");

    /// <summary>Reads a stored line; false for one that is cut or was not written by us.</summary>
    public static bool TryParse(ReadOnlySpan<char> stored, out LogLine line)
    {
        line = default;
        var end = stored.IndexOf(' ');
        if (end < 0 || !DateTimeOffset.TryParse(stored[..end], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;

        var rest = stored[end..];
        if (rest.Length < StdoutMark.Length)
            return false;
        ContainerStream stream;
        if (rest.StartsWith(StdoutMark, StringComparison.Ordinal))
            stream = ContainerStream.Stdout;
        else if (rest.StartsWith(StderrMark, StringComparison.Ordinal))
            stream = ContainerStream.Stderr;
        else
            return false;

        line = new LogLine(time, stream, rest[StdoutMark.Length..].ToString());
        return true;
    }
}
