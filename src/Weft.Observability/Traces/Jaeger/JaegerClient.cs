using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weft.Observability.Traces.Jaeger;

/// <summary>
/// A client of Jaeger's query API over HTTP, the embedded store's or a real one's. Holds no state but a budget of repeats and the HTTP
/// client, which its owner disposes.
/// </summary>
public sealed class JaegerClient(HttpClient http, TraceClientOptions options, TimeProvider time) : ITraceSource
{
    // Tags travel inside a query string, where everything is escaped anyway.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TraceHttp _http = new(http, options, time);

    public string Provider => "jaeger";

    public async Task<ImmutableArray<Trace>> FindAsync(TraceQuery query, CancellationToken cancellationToken)
    {
        var found = await _http.GetAsync("/api/traces?" + QueryString(query), JaegerJsonReader.Traces, cancellationToken);
        return [.. (found.IsDefault ? [] : found).OrderByDescending(static trace => trace.StartNanoseconds)];
    }

    public async Task<Trace?> GetAsync(TraceId id, CancellationToken cancellationToken)
    {
        var found = await _http.GetAsync($"/api/traces/{id}", JaegerJsonReader.Traces, cancellationToken);
        return found.IsDefaultOrEmpty ? null : found[0];
    }

    public async Task<ImmutableArray<string>> ServicesAsync(CancellationToken cancellationToken)
    {
        var services = await _http.GetAsync("/api/services", JaegerJsonReader.Texts, cancellationToken);
        return services.IsDefault ? [] : services;
    }

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        _http.ProbeAsync("/api/services", static json => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("data", out _), cancellationToken);

    private static string QueryString(TraceQuery query)
    {
        List<(string Name, string Value)> fields =
        [
            ("service", query.Service),
            ("start", Microseconds(query.Start)),
            ("end", Microseconds(query.End)),
            ("limit", query.Limit.ToString(CultureInfo.InvariantCulture)),
        ];
        if (query.Operation is { } operation)
            fields.Add(("operation", operation));
        if (!query.Tags.IsEmpty)
            fields.Add(("tags", TagsJson(query.Tags)));
        if (query.MinDuration is { } min)
            fields.Add(("minDuration", GoDuration.Format(min)));
        if (query.MaxDuration is { } max)
            fields.Add(("maxDuration", GoDuration.Format(max)));
        return string.Join('&', fields.Select(static field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
    }

    private static string Microseconds(DateTimeOffset instant) =>
        ((instant - DateTimeOffset.UnixEpoch).Ticks / 10).ToString(CultureInfo.InvariantCulture);

    private static string TagsJson(ImmutableArray<KeyValuePair<string, string>> tags)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Plain))
        {
            json.WriteStartObject();
            foreach (var (key, value) in tags)
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
