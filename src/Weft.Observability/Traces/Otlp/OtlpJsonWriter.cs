using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenTelemetry.Proto.Trace.V1;
using WireSpan = OpenTelemetry.Proto.Trace.V1.Span;

namespace Weft.Observability.Traces.Otlp;

/// <summary>
/// OTLP in JSON as Tempo writes it: protobuf's own mapping, so ids are base64 (unlike in OTLP's reports) and 64-bit numbers are text.
/// </summary>
internal static class OtlpJsonWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer to a report.</summary>
    public static byte[] Response(ExportResponse response) => Bytes(json =>
    {
        json.WriteStartObject("partialSuccess");
        if (response.PartialSuccess is { } partial)
        {
            json.WriteString("rejectedSpans", Number(partial.RejectedSpans));
            json.WriteString("errorMessage", partial.ErrorMessage);
        }

        json.WriteEndObject();
    });

    /// <summary>A refused report: google.rpc.Status.</summary>
    public static byte[] Failure(string message) => Bytes(json =>
    {
        json.WriteNumber("code", 3);
        json.WriteString("message", message);
    });

    /// <summary>The resources of a trace as an array.</summary>
    public static void WriteResources(Utf8JsonWriter json, TracesData data)
    {
        json.WriteStartArray();
        foreach (var resource in data.ResourceSpans)
        {
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, resource.Resource.Attributes);
            json.WriteEndObject();
            json.WriteStartArray("scopeSpans");
            foreach (var scope in resource.ScopeSpans)
                WriteScope(json, scope);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteAttributes(Utf8JsonWriter json, IEnumerable<KeyValue> attributes)
    {
        json.WriteStartArray("attributes");
        foreach (var attribute in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", attribute.Key);
            json.WritePropertyName("value");
            WriteValue(json, attribute.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void WriteScope(Utf8JsonWriter json, ScopeSpans scope)
    {
        json.WriteStartObject();
        json.WriteStartObject("scope");
        WriteUnlessEmpty(json, "name", scope.Scope?.Name);
        WriteUnlessEmpty(json, "version", scope.Scope?.Version);
        json.WriteEndObject();
        json.WriteStartArray("spans");
        foreach (var span in scope.Spans)
            WriteSpan(json, span);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, WireSpan span)
    {
        json.WriteStartObject();
        json.WriteBase64String("traceId", span.TraceId.Span);
        json.WriteBase64String("spanId", span.SpanId.Span);
        WriteUnlessEmpty(json, "traceState", span.TraceState);
        if (!span.ParentSpanId.IsEmpty)
            json.WriteBase64String("parentSpanId", span.ParentSpanId.Span);
        json.WriteString("name", span.Name);
        json.WriteString("kind", OtlpKinds.EnumName(span.Kind));
        json.WriteString("startTimeUnixNano", Number(span.StartTimeUnixNano));
        json.WriteString("endTimeUnixNano", Number(span.EndTimeUnixNano));
        WriteAttributes(json, span.Attributes);
        WriteEvents(json, span);
        WriteLinks(json, span);
        WriteStatus(json, span);
        json.WriteEndObject();
    }

    private static void WriteEvents(Utf8JsonWriter json, WireSpan span)
    {
        if (span.Events.Count == 0)
            return;
        json.WriteStartArray("events");
        foreach (var happened in span.Events)
        {
            json.WriteStartObject();
            json.WriteString("timeUnixNano", Number(happened.TimeUnixNano));
            json.WriteString("name", happened.Name);
            WriteAttributes(json, happened.Attributes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, WireSpan span)
    {
        if (span.Links.Count == 0)
            return;
        json.WriteStartArray("links");
        foreach (var link in span.Links)
        {
            json.WriteStartObject();
            json.WriteBase64String("traceId", link.TraceId.Span);
            json.WriteBase64String("spanId", link.SpanId.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStatus(Utf8JsonWriter json, WireSpan span)
    {
        json.WriteStartObject("status");
        if (span.Status is { } status)
        {
            WriteUnlessEmpty(json, "message", status.Message);
            if (status.Code != 0)
                json.WriteString("code", status.Code == 2 ? "STATUS_CODE_ERROR" : "STATUS_CODE_OK");
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, AnyValue value)
    {
        json.WriteStartObject();
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.BoolValue:
                json.WriteBoolean("boolValue", value.BoolValue);
                break;
            case AnyValue.ValueOneofCase.IntValue:
                json.WriteString("intValue", Number(value.IntValue));
                break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue):
                json.WriteNumber("doubleValue", value.DoubleValue);
                break;
            case AnyValue.ValueOneofCase.DoubleValue:
                json.WriteString("doubleValue", double.IsNaN(value.DoubleValue) ? "NaN" : value.DoubleValue > 0 ? "Infinity" : "-Infinity");
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                json.WriteBase64String("bytesValue", value.BytesValue.Span);
                break;
            default:
                json.WriteString("stringValue", value.StringValue);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
