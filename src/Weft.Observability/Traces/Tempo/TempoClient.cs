using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Weft.Observability.Traces.Otlp;

namespace Weft.Observability.Traces.Tempo;

/// <summary>
/// A client of Tempo's query API over HTTP. Tempo's search names traces only in part, so each found trace is asked for, a few at a time;
/// traces that have ended a while ago are remembered (as Kiali's <c>tempo_config.cache_capacity</c>, 200).
/// </summary>
public sealed partial class TempoClient(HttpClient http, TraceClientOptions options, TimeProvider time) : ITraceSource
{
    private const int MaxParallel = 8;

    private readonly TraceHttp _http = new(http, options, time);
    private readonly TraceCache _cache = new(200, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1), time);

    public string Provider => "tempo";

    public async Task<ImmutableArray<Trace>> FindAsync(TraceQuery query, CancellationToken cancellationToken)
    {
        var ids = await SearchAsync(query, cancellationToken);
        if (ids.IsDefaultOrEmpty)
            return [];
        var traces = new Trace?[ids.Length];
        await Parallel.ForAsync(
            0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellationToken },
            async (i, cancelled) => traces[i] = await GetAsync(ids[i], cancelled));
        return [.. traces.OfType<Trace>().OrderByDescending(static trace => trace.StartNanoseconds)];
    }

    public async Task<Trace?> GetAsync(TraceId id, CancellationToken cancellationToken)
    {
        if (_cache.Get(id) is { } known)
            return known;
        var trace = await _http.GetAsync($"/api/traces/{id.High:x16}{id.Low:x16}", json => ReadTrace(id, json), cancellationToken);
        if (trace is not null)
            _cache.Add(trace);
        return trace;
    }

    public async Task<ImmutableArray<string>> ServicesAsync(CancellationToken cancellationToken)
    {
        var services = await _http.GetAsync("/api/search/tag/service.name/values", ReadValues, cancellationToken);
        return services.IsDefault ? [] : services;
    }

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        _http.ProbeAsync("/api/search/tags", static json => json.ValueKind == JsonValueKind.Object && !json.TryGetProperty("data", out _), cancellationToken);

    /// <summary>A Tempo searches at most so long a time (a week, as it is delivered) and says how long: the newest part of that length is searched then.</summary>
    private async Task<ImmutableArray<TraceId>> SearchAsync(TraceQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetAsync("/api/search?" + QueryString(query), ReadIds, cancellationToken);
        }
        catch (TraceQueryException refusal) when (refusal.Error == TraceQueryError.Rejected && LongestRange().Match(refusal.Reason) is { Success: true } told
            && GoDuration.TryParse(told.Groups[1].ValueSpan, out var longest) && longest > TimeSpan.FromSeconds(1) && longest < query.End - query.Start)
        {
            // The question rounds its end up to a second.
            return await _http.GetAsync("/api/search?" + QueryString(query with { Start = query.End - longest + TimeSpan.FromSeconds(1) }), ReadIds, cancellationToken);
        }
    }

    [GeneratedRegex("range specified by start and end exceeds ([0-9hmsu.]+?)\\.? ")]
    private static partial Regex LongestRange();

    private static string QueryString(TraceQuery query)
    {
        List<(string Name, string Value)> fields =
        [
            ("q", TempoQuery.Of(query)),
            ("start", query.Start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("end", (query.End.ToUnixTimeSeconds() + 1).ToString(CultureInfo.InvariantCulture)),
            ("limit", query.Limit.ToString(CultureInfo.InvariantCulture)),
            ("spss", "1"),
        ];
        return string.Join('&', fields.Select(static field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
    }

    private static ImmutableArray<TraceId> ReadIds(JsonElement answer)
    {
        if (!answer.TryGetProperty("traces", out var traces) || traces.ValueKind != JsonValueKind.Array)
            return [];
        var ids = ImmutableArray.CreateBuilder<TraceId>();
        foreach (var found in traces.EnumerateArray())
            ids.Add(TraceId.TryParse(found.GetProperty("traceID").GetString(), out var id) ? id : throw new JsonException("field 'traceID': no hexadecimal digits"));
        return ids.DrainToImmutable();
    }

    private static Trace? ReadTrace(TraceId id, JsonElement answer)
    {
        var (spans, _) = OtlpReader.Read(OtlpJsonReader.Read(answer.TryGetProperty("trace", out var wrapped) ? wrapped : answer));
        return spans.IsEmpty ? null : new Trace(id, spans);
    }

    private static ImmutableArray<string> ReadValues(JsonElement answer) =>
        answer.TryGetProperty("tagValues", out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Select(static value => value.GetString() ?? "").Order(StringComparer.Ordinal)]
            : [];
}
