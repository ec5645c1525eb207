using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.Observability.Traces.TraceQL;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>A request that Tempo refuses, with its status.</summary>
internal sealed class TempoRequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>The parameters of <c>/api/search</c> with Tempo's defaults: 20 traces, 3 spans of each, any time. Times are seconds.</summary>
internal sealed record TempoRequest(TraceQLQuery Query, DateTimeOffset Start, DateTimeOffset End, TimeSpan? MinDuration, TimeSpan? MaxDuration, int Limit, int SpansPerTrace)
{
    private const int MaxLimit = 10_000;

    public bool Takes(TimeSpan duration) => (MinDuration is null || duration >= MinDuration) && (MaxDuration is null || duration <= MaxDuration);

    public static TempoRequest Read(IQueryCollection query, DateTimeOffset now) => new(
        TraceQL(query),
        Seconds(query, "start") ?? DateTimeOffset.UnixEpoch,
        // A span may start a moment after now by the clock of another process.
        Seconds(query, "end") ?? now.AddHours(1),
        Duration(query, "minDuration"),
        Duration(query, "maxDuration"),
        Whole(query, "limit", 20),
        Whole(query, "spss", 3));

    /// <summary>The name of a tag as the second version of the API has it: <c>resource.service.name</c>, <c>.http.method</c>, <c>status</c>.</summary>
    public static AttributeName Attribute(string name)
    {
        if (Intrinsics.Find(name) is { } intrinsic)
            return new AttributeName(AttributeScope.Intrinsic, intrinsic);
        if (name.StartsWith("span.", StringComparison.Ordinal))
            return new AttributeName(AttributeScope.Span, name["span.".Length..]);
        if (name.StartsWith("resource.", StringComparison.Ordinal))
            return new AttributeName(AttributeScope.Resource, name["resource.".Length..]);
        return name.StartsWith('.')
            ? new AttributeName(AttributeScope.Either, name[1..])
            : throw new TempoRequestException(StatusCodes.Status400BadRequest, $"tag name is not valid intrinsic or scoped attribute: {name}");
    }

    private static TraceQLQuery TraceQL(IQueryCollection query)
    {
        if (query["q"].ToString() is { Length: > 0 } text)
            return TraceQLParser.Parse(text);
        return query["tags"].ToString() is { Length: > 0 } tags ? TraceQLParser.Parse(FromLogfmt(tags)) : new TraceQLQuery(new SpanFilter(null), []);
    }

    // The search of old: service.name=shop name="GET /" as logfmt.
    private static string FromLogfmt(string tags)
    {
        var conditions = new StringBuilder("{");
        foreach (var (key, value) in Logfmt(tags))
        {
            if (conditions.Length > 1)
                conditions.Append(" && ");
            var left = Intrinsics.Find(key) ?? $".\"{Escaped(key)}\"";
            conditions.Append(left == "status" ? $"{left} = {value}" : $"{left} = \"{Escaped(value)}\"");
        }

        return conditions.Append('}').ToString();
    }

    private static IEnumerable<(string Key, string Value)> Logfmt(string text)
    {
        var position = 0;
        while (position < text.Length)
        {
            if (text[position] == ' ')
            {
                position++;
                continue;
            }

            var equals = text.IndexOf('=', position);
            if (equals < 0)
                throw new TempoRequestException(StatusCodes.Status400BadRequest, $"invalid tags: expected key=value at '{text[position..]}'");
            var key = text[position..equals];
            var quoted = equals + 1 < text.Length && text[equals + 1] == '"';
            var from = quoted ? equals + 2 : equals + 1;
            var end = text.IndexOf(quoted ? '"' : ' ', Math.Min(from, text.Length));
            end = end < 0 ? text.Length : end;
            yield return (key, text[from..end]);
            position = end + 1;
        }
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static DateTimeOffset? Seconds(IQueryCollection query, string name)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < 100_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(value)
            : throw new TempoRequestException(StatusCodes.Status400BadRequest, $"invalid {name}: {text} is no time in seconds");
    }

    private static TimeSpan? Duration(IQueryCollection query, string name)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
            return null;
        return GoDuration.TryParse(text, out var duration)
            ? duration
            : throw new TempoRequestException(StatusCodes.Status400BadRequest, $"invalid {name}: time: invalid duration \"{text}\"");
    }

    private static int Whole(IQueryCollection query, string name, int absent)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
            return absent;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? Math.Min(value, MaxLimit)
            : throw new TempoRequestException(StatusCodes.Status400BadRequest, $"invalid {name}: must be a positive number");
    }
}
