using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weft.Observability.Metrics;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>A request that Jaeger refuses, with its status and words.</summary>
internal sealed class JaegerRequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static JaegerRequestException Unparsable(string name, string why) =>
        new(StatusCodes.Status400BadRequest, $"unable to parse param '{name}': {why}");
}

/// <summary>The parameters of Jaeger's <c>/api/traces</c> with its defaults: the last two days, 100 traces. Times are microseconds.</summary>
internal static class JaegerRequest
{
    private const int MaxLimit = 10_000;
    private static readonly TimeSpan DefaultLookback = TimeSpan.FromDays(2);

    public static TraceQuery Read(IQueryCollection query, DateTimeOffset now)
    {
        var end = Microseconds(query, "end", now);
        var lookback = GoDuration(query, "lookback") ?? DefaultLookback;
        var (min, max) = (GoDuration(query, "minDuration"), GoDuration(query, "maxDuration"));
        if (min is not null && max is not null && min > max)
            throw new JaegerRequestException(StatusCodes.Status400BadRequest, "'maxDuration' should be greater than 'minDuration'");
        return new TraceQuery
        {
            Service = Service(query),
            Operation = query["operation"].ToString() is { Length: > 0 } operation ? operation : null,
            Tags = Tags(query),
            Start = Microseconds(query, "start", end - lookback),
            End = end,
            MinDuration = min,
            MaxDuration = max,
            Limit = Limit(query),
        };
    }

    public static string Service(IQueryCollection query) => query["service"].ToString() is { Length: > 0 } service
        ? service
        : throw new JaegerRequestException(StatusCodes.Status400BadRequest, "parameter 'service' is required");

    public static TraceId Id(string text) => TraceId.TryParse(text, out var id)
        ? id
        : throw JaegerRequestException.Unparsable("traceID", text.Length > 32 ? $"TraceID cannot be longer than 32 hex characters: {text}" : $"strconv.ParseUint: parsing {PromText.Quote(text)}: invalid syntax");

    /// <summary>Milliseconds since the Unix epoch, as <c>endTs</c>.</summary>
    public static DateTimeOffset Milliseconds(IQueryCollection query, string name, DateTimeOffset absent) =>
        Whole(query, name) is { } milliseconds ? Instant(name, milliseconds, 1000) : absent;

    /// <summary><c>lookback</c> of dependencies: milliseconds.</summary>
    public static TimeSpan Lookback(IQueryCollection query) =>
        TimeSpan.FromMilliseconds(Math.Clamp(Whole(query, "lookback") ?? (long)TimeSpan.FromDays(1).TotalMilliseconds, 0, (long)TimeSpan.FromDays(3650).TotalMilliseconds));

    private static DateTimeOffset Microseconds(IQueryCollection query, string name, DateTimeOffset absent) =>
        Whole(query, name) is { } microseconds ? Instant(name, microseconds, 1) : absent;

    private static DateTimeOffset Instant(string name, long value, long unit) => Math.Abs((decimal)value * unit) <= 100_000_000_000_000_000m
        ? DateTimeOffset.UnixEpoch.AddTicks(Math.Max(0, value * unit * 10))
        : throw JaegerRequestException.Unparsable(name, $"{value} is out of range");

    private static long? Whole(IQueryCollection query, string name)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw JaegerRequestException.Unparsable(name, $"strconv.ParseInt: parsing {PromText.Quote(text)}: invalid syntax");
    }

    private static int Limit(IQueryCollection query)
    {
        var limit = Whole(query, "limit") ?? TraceQuery.DefaultLimit;
        return limit >= 0 ? (int)Math.Min(limit, MaxLimit) : throw JaegerRequestException.Unparsable("limit", "must not be negative");
    }

    private static TimeSpan? GoDuration(IQueryCollection query, string name)
    {
        // The UI's "custom" stands for start and end.
        if (query[name].ToString() is not { Length: > 0 } text || text == "custom")
            return null;
        return Traces.GoDuration.TryParse(text, out var duration)
            ? duration
            : throw JaegerRequestException.Unparsable(name, $"time: invalid duration {PromText.Quote(text)}");
    }

    private static ImmutableArray<KeyValuePair<string, string>> Tags(IQueryCollection query)
    {
        var tags = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var tag in query["tag"])
        {
            var colon = tag?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            if (colon < 0)
                throw new JaegerRequestException(StatusCodes.Status400BadRequest, $"malformed 'tag' parameter, expecting key:value, received: {tag}");
            tags.Add(new(tag![..colon], tag[(colon + 1)..]));
        }

        foreach (var map in query["tags"])
            AddTags(tags, map ?? "");
        return tags.DrainToImmutable();
    }

    private static void AddTags(ImmutableArray<KeyValuePair<string, string>>.Builder tags, string map)
    {
        try
        {
            using var json = JsonDocument.Parse(map);
            foreach (var tag in json.RootElement.EnumerateObject())
                tags.Add(new(tag.Name, tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString()! : throw new JsonException($"the value of '{tag.Name}' is no text")));
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new JaegerRequestException(StatusCodes.Status400BadRequest, $"malformed 'tags' parameter, cannot unmarshal JSON: {cause.Message}");
        }
    }
}
