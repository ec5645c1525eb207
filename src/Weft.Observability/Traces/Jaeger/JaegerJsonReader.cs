using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Weft.Observability.Traces.Jaeger;

/// <summary>Reads the answers of Jaeger's query API. What does not fit is a <see cref="JsonException"/> or one of its accessors' own.</summary>
internal static class JaegerJsonReader
{
    public static ImmutableArray<Trace> Traces(JsonElement answer)
    {
        if (answer.GetProperty("data") is not { ValueKind: JsonValueKind.Array } data)
            return [];
        return [.. data.EnumerateArray().Select(ReadTrace).OfType<Trace>()];
    }

    public static ImmutableArray<string> Texts(JsonElement answer) =>
        answer.GetProperty("data") is { ValueKind: JsonValueKind.Array } data ? [.. data.EnumerateArray().Select(static item => item.GetString() ?? "")] : [];

    private static Trace? ReadTrace(JsonElement json)
    {
        var processes = json.GetProperty("processes").EnumerateObject().ToDictionary(static process => process.Name, static process => ReadProcess(process.Value));
        var spans = json.GetProperty("spans").EnumerateArray().Select(span => ReadSpan(span, processes)).ToImmutableArray();
        return spans.IsEmpty ? null : new Trace(ReadTraceId(json), spans);
    }

    private static SpanProcess ReadProcess(JsonElement json) => new(json.GetProperty("serviceName").GetString() ?? "", ReadTags(json, "tags"));

    private static Span ReadSpan(JsonElement json, Dictionary<string, SpanProcess> processes) => new()
    {
        TraceId = ReadTraceId(json),
        SpanId = ReadSpanId(json),
        References = [.. Items(json, "references").Select(ReadReference)],
        OperationName = json.GetProperty("operationName").GetString() ?? "",
        StartNanoseconds = json.GetProperty("startTime").GetInt64() * 1000,
        DurationNanoseconds = json.GetProperty("duration").GetInt64() * 1000,
        Tags = ReadTags(json, "tags"),
        Logs = [.. Items(json, "logs").Select(static log => new SpanLog(log.GetProperty("timestamp").GetInt64() * 1000, ReadTags(log, "fields")))],
        Process = processes[json.GetProperty("processID").GetString() ?? ""],
        Warnings = [.. Items(json, "warnings").Select(static warning => warning.GetString() ?? "")],
    };

    private static SpanReference ReadReference(JsonElement json) => new(
        json.GetProperty("refType").GetString() == "CHILD_OF" ? SpanReferenceType.ChildOf : SpanReferenceType.FollowsFrom, ReadTraceId(json), ReadSpanId(json));

    private static ImmutableArray<SpanTag> ReadTags(JsonElement json, string name) => [.. Items(json, name).Select(ReadTag)];

    private static SpanTag ReadTag(JsonElement json)
    {
        var key = json.GetProperty("key").GetString() ?? "";
        var value = json.GetProperty("value");
        return json.GetProperty("type").GetString() switch
        {
            "bool" => SpanTag.Of(key, value.GetBoolean()),
            // Jaeger writes large ones as text, so that browsers do not round them.
            "int64" => SpanTag.Of(key, value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetInt64()),
            "float64" when value.ValueKind == JsonValueKind.Number => SpanTag.Of(key, value.GetDouble()),
            "binary" => SpanTag.OfBinary(key, value.GetString() ?? ""),
            _ => SpanTag.Of(key, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()),
        };
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private static TraceId ReadTraceId(JsonElement json) =>
        TraceId.TryParse(json.GetProperty("traceID").GetString(), out var id) ? id : throw new JsonException("field 'traceID': no hexadecimal digits");

    private static SpanId ReadSpanId(JsonElement json) =>
        SpanId.TryParse(json.GetProperty("spanID").GetString(), out var id) ? id : throw new JsonException("field 'spanID': no hexadecimal digits");
}
