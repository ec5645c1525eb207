using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Console.Traces;
using Weft.Observability.Traces;

namespace Weft.Api.Traces;

/// <summary>
/// The parameters of traces and spans: <c>startMicros</c> (the beginning), <c>endMicros</c> (now), <c>limit</c> (100, at most 10,000),
/// <c>minDuration</c> in microseconds, <c>tags</c> as a JSON map, <c>clusterName</c>. Errors are in Kiali's words.
/// </summary>
internal static class TraceRequestParser
{
    private const int MaxLimit = 10_000;

    /// <summary>The year 9999 in microseconds: what lies beyond is no time.</summary>
    private const long MaxMicroseconds = 253402300799_000_000;

    public static TraceRequest Read(IQueryCollection query, DateTimeOffset now) => new()
    {
        Start = Instant(query, "startMicros") ?? DateTimeOffset.UnixEpoch,
        End = Instant(query, "endMicros") ?? now,
        Limit = (int)Math.Clamp(Whole(query, "limit", "Atoi") ?? TraceQuery.DefaultLimit, 0, MaxLimit) is var limit && limit > 0 ? limit : TraceQuery.DefaultLimit,
        MinDuration = Whole(query, "minDuration", "Atoi") is { } duration and > 0 and < MaxMicroseconds ? TimeSpan.FromMicroseconds(duration) : null,
        Tags = Tags(query),
        Cluster = query.First("clusterName") is { Length: > 0 } cluster ? cluster : null,
    };

    /// <summary><c>duration</c> of error traces: seconds, required.</summary>
    public static TimeSpan ErrorWindow(IQueryCollection query)
    {
        var seconds = Parse("duration", "ParseInt", query.First("duration"));
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, (long)TimeSpan.FromDays(3650).TotalSeconds));
    }

    private static DateTimeOffset? Instant(IQueryCollection query, string name) =>
        Whole(query, name, "ParseInt") is { } microseconds ? DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(microseconds, 0, MaxMicroseconds) * 10) : null;

    private static long? Whole(IQueryCollection query, string name, string function) =>
        query.First(name) is { Length: > 0 } text ? Parse(name, function, text) : null;

    private static long Parse(string name, string function, string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiException.BadRequest($"cannot parse parameter '{name}': strconv.{function}: parsing \"{text}\": invalid syntax");

    private static ImmutableDictionary<string, string> Tags(IQueryCollection query)
    {
        if (query.First("tags") is not { Length: > 0 } text)
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.EnumerateObject().ToImmutableDictionary(tag => tag.Name, tag => tag.Value.GetString() ?? "");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            throw ApiException.BadRequest($"cannot parse parameter 'tags': {failure.Message}");
        }
    }
}
