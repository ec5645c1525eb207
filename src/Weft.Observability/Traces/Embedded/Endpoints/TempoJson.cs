using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Proto.Trace.V1;
using Weft.Observability.Metrics;
using Weft.Observability.Traces.Otlp;
using Weft.Observability.Traces.TraceQL;

namespace Weft.Observability.Traces.Embedded.Endpoints;

/// <summary>Tempo's JSON: 64-bit numbers are text, attributes are those of OTLP.</summary>
internal static class TempoJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Answers with one object whose fields the callback writes.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> writeFields)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        writeFields(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    public static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>One found trace: <c>traceID, rootServiceName, rootTraceName, startTimeUnixNano, durationMs, spanSet(s), serviceStats</c>.</summary>
    public static void WriteFound(Utf8JsonWriter json, Trace trace, TraceQLEvaluator evaluator, IReadOnlyList<Span> matched, TempoRequest request)
    {
        var root = trace.Root;
        json.WriteStartObject();
        // Tempo's search leaves leading zeros out.
        json.WriteString("traceID", $"{trace.Id.High:x16}{trace.Id.Low:x16}".TrimStart('0'));
        json.WriteString("rootServiceName", root.Process.ServiceName);
        json.WriteString("rootTraceName", root.OperationName);
        json.WriteString("startTimeUnixNano", Number(trace.StartNanoseconds));
        json.WriteNumber("durationMs", (trace.EndNanoseconds - trace.StartNanoseconds) / 1_000_000);
        json.WritePropertyName("spanSet");
        WriteSpanSet(json, evaluator, matched, request);
        json.WriteStartArray("spanSets");
        WriteSpanSet(json, evaluator, matched, request);
        json.WriteEndArray();
        WriteServices(json, trace);
        json.WriteEndObject();
    }

    /// <summary>The value as the API of values writes it.</summary>
    public static string Text(TraceQLValue value) => value.Type switch
    {
        TraceQLType.Number => PromText.FormatNumber(value.Number),
        TraceQLType.Bool => value.Number == 1 ? "true" : "false",
        TraceQLType.Duration => GoDuration.Format(TimeSpan.FromTicks((long)(value.Number / 100))),
        _ => value.Text,
    };

    public static string TypeName(TraceQLType type) => type switch
    {
        TraceQLType.Number => "float",
        TraceQLType.Bool => "bool",
        TraceQLType.Duration => "duration",
        TraceQLType.Status or TraceQLType.Kind => "keyword",
        _ => "string",
    };

    private static void WriteSpanSet(Utf8JsonWriter json, TraceQLEvaluator evaluator, IReadOnlyList<Span> matched, TempoRequest request)
    {
        json.WriteStartObject();
        json.WriteStartArray("spans");
        foreach (var span in matched.Take(request.SpansPerTrace))
        {
            json.WriteStartObject();
            json.WriteString("spanID", span.SpanId.ToString());
            json.WriteString("name", span.OperationName);
            json.WriteString("startTimeUnixNano", Number(span.StartNanoseconds));
            json.WriteString("durationNanos", Number(span.DurationNanoseconds));
            OtlpJsonWriter.WriteAttributes(json, Attributes(evaluator, span, request.Query));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("matched", matched.Count);
        json.WriteEndObject();
    }

    private static IEnumerable<KeyValue> Attributes(TraceQLEvaluator evaluator, Span span, TraceQLQuery query)
    {
        foreach (var attribute in NamedAttributes.Of(query).Concat(query.Selected).Distinct())
        {
            var value = evaluator.Value(span, attribute);
            if (value.Type != TraceQLType.Nil)
                yield return OtlpWriter.Attribute(Tag(attribute.Name, value));
        }
    }

    private static SpanTag Tag(string name, TraceQLValue value) => value.Type switch
    {
        TraceQLType.Bool => SpanTag.Of(name, value.Number == 1),
        TraceQLType.Number when value.Number == Math.Floor(value.Number) && Math.Abs(value.Number) < 1e15 => SpanTag.Of(name, (long)value.Number),
        TraceQLType.Number => SpanTag.Of(name, value.Number),
        _ => SpanTag.Of(name, Text(value)),
    };

    private static void WriteServices(Utf8JsonWriter json, Trace trace)
    {
        json.WriteStartObject("serviceStats");
        foreach (var service in trace.Spans.GroupBy(static span => span.Process.ServiceName))
        {
            json.WriteStartObject(service.Key);
            json.WriteNumber("spanCount", service.Count());
            if (service.Count(SpanTags.SaysError) is > 0 and var errors)
                json.WriteNumber("errorCount", errors);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
