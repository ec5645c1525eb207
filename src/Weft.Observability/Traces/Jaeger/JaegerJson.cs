using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Weft.Observability.Traces.Jaeger;

/// <summary>Writes traces in the JSON of Jaeger's query API (<c>/api/traces</c>), which is also Kiali's.</summary>
public static class JaegerJson
{
    /// <summary>One trace as an object: <c>traceID, spans, processes, warnings</c>.</summary>
    public static void WriteTrace(Utf8JsonWriter json, Trace trace)
    {
        json.WriteStartObject();
        WriteTraceFields(json, trace);
        json.WriteEndObject();
    }

    /// <summary>The fields of <see cref="WriteTrace"/> into an object that the caller has begun.</summary>
    public static void WriteTraceFields(Utf8JsonWriter json, Trace trace)
    {
        var processes = ProcessIds(trace);
        json.WriteString("traceID", trace.Id.ToString());
        json.WriteStartArray("spans");
        foreach (var span in trace.Spans)
        {
            json.WriteStartObject();
            WriteSpanFields(json, span, processes[span.Process]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("processes");
        foreach (var (process, id) in processes.OrderBy(static entry => entry.Value.Length).ThenBy(static entry => entry.Value, StringComparer.Ordinal))
        {
            json.WritePropertyName(id);
            WriteProcess(json, process);
        }

        json.WriteEndObject();
        json.WriteNull("warnings");
    }

    /// <summary>The fields of one span into an object that the caller has begun. Times are microseconds.</summary>
    public static void WriteSpanFields(Utf8JsonWriter json, Span span, string processId)
    {
        json.WriteString("traceID", span.TraceId.ToString());
        json.WriteString("spanID", span.SpanId.ToString());
        json.WriteString("operationName", span.OperationName);
        WriteReferences(json, span);
        json.WriteNumber("startTime", span.StartNanoseconds / 1000);
        json.WriteNumber("duration", span.DurationNanoseconds / 1000);
        json.WritePropertyName("tags");
        WriteTags(json, span.Tags);
        WriteLogs(json, span);
        json.WriteString("processID", processId);
        WriteWarnings(json, span);
    }

    public static void WriteProcess(Utf8JsonWriter json, SpanProcess process)
    {
        json.WriteStartObject();
        json.WriteString("serviceName", process.ServiceName);
        json.WritePropertyName("tags");
        WriteTags(json, process.Tags);
        json.WriteEndObject();
    }

    /// <summary>Jaeger's names of the processes of a trace, <c>p1</c> and on, in the order in which spans name them.</summary>
    public static ImmutableDictionary<SpanProcess, string> ProcessIds(Trace trace)
    {
        var ids = ImmutableDictionary.CreateBuilder<SpanProcess, string>(ProcessEquality.Instance);
        foreach (var span in trace.Spans)
        {
            if (!ids.ContainsKey(span.Process))
                ids.Add(span.Process, string.Create(CultureInfo.InvariantCulture, $"p{ids.Count + 1}"));
        }

        return ids.ToImmutable();
    }

    private static void WriteReferences(Utf8JsonWriter json, Span span)
    {
        json.WriteStartArray("references");
        foreach (var reference in span.References)
        {
            json.WriteStartObject();
            json.WriteString("refType", reference.Type == SpanReferenceType.ChildOf ? "CHILD_OF" : "FOLLOWS_FROM");
            json.WriteString("traceID", reference.TraceId.ToString());
            json.WriteString("spanID", reference.SpanId.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter json, ImmutableArray<SpanTag> tags)
    {
        json.WriteStartArray();
        foreach (var tag in tags)
        {
            json.WriteStartObject();
            json.WriteString("key", tag.Key);
            json.WriteString("type", TypeName(tag.Type));
            WriteValue(json, tag);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLogs(Utf8JsonWriter json, Span span)
    {
        json.WriteStartArray("logs");
        foreach (var log in span.Logs)
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", log.TimestampNanoseconds / 1000);
            json.WritePropertyName("fields");
            WriteTags(json, log.Fields);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteWarnings(Utf8JsonWriter json, Span span)
    {
        if (span.Warnings.IsEmpty)
        {
            json.WriteNull("warnings");
            return;
        }

        json.WriteStartArray("warnings");
        foreach (var warning in span.Warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, SpanTag tag)
    {
        switch (tag.Type)
        {
            case TagType.Bool:
                json.WriteBoolean("value", tag.AsBool);
                break;
            case TagType.Int64:
                json.WriteNumber("value", tag.AsInt64);
                break;
            case TagType.Float64 when double.IsFinite(tag.AsFloat64):
                json.WriteNumber("value", tag.AsFloat64);
                break;
            default:
                json.WriteString("value", tag.Text);
                break;
        }
    }

    private static string TypeName(TagType type) => type switch
    {
        TagType.Bool => "bool",
        TagType.Int64 => "int64",
        TagType.Float64 => "float64",
        TagType.Binary => "binary",
        _ => "string",
    };
}
