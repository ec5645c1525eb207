using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenTelemetry.Proto.Trace.V1;
using WireSpan = OpenTelemetry.Proto.Trace.V1.Span;

namespace Weft.Observability.Traces.Otlp;

/// <summary>
/// OTLP's spans in Jaeger's model, by the rules of OpenTelemetry's translation to Jaeger: kind, status, scope and trace state become tags,
/// events become logs, links become references, the resource becomes the process.
/// </summary>
internal sealed class OtlpReader
{
    /// <summary>The service of a resource without <c>service.name</c>, as OpenTelemetry's SDKs name it.</summary>
    public const string UnknownService = "unknown_service";

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ImmutableArray<Span>.Builder _spans = ImmutableArray.CreateBuilder<Span>();

    /// <summary>Spans without a valid trace or span id; they cannot be stored.</summary>
    public int Rejected { get; private set; }

    public static (ImmutableArray<Span> Spans, int Rejected) Read(TracesData data)
    {
        var reader = new OtlpReader();
        foreach (var resource in data.ResourceSpans)
            reader.Add(resource);
        return (reader._spans.DrainToImmutable(), reader.Rejected);
    }

    private void Add(ResourceSpans resource)
    {
        var process = Process(resource.Resource);
        foreach (var scope in resource.ScopeSpans)
        {
            foreach (var span in scope.Spans)
                Add(span, scope.Scope, process);
        }
    }

    private void Add(WireSpan span, Scope? scope, SpanProcess process)
    {
        if (!TraceId.TryRead(span.TraceId.Span, out var traceId) || !SpanId.TryRead(span.SpanId.Span, out var spanId) || traceId.IsZero || spanId.IsZero)
        {
            Rejected++;
            return;
        }

        var start = Nanoseconds(span.StartTimeUnixNano);
        _spans.Add(new Span
        {
            TraceId = traceId,
            SpanId = spanId,
            References = References(span, traceId),
            OperationName = span.Name,
            StartNanoseconds = start,
            DurationNanoseconds = Math.Max(0, Nanoseconds(span.EndTimeUnixNano) - start),
            Tags = Tags(span, scope),
            Logs = [.. span.Events.Select(Log)],
            Process = process,
        });
    }

    private static SpanProcess Process(Resource? resource)
    {
        var name = UnknownService;
        var tags = new List<SpanTag>();
        foreach (var attribute in resource?.Attributes ?? [])
        {
            if (attribute.Key == "service.name")
                name = Text(attribute.Value);
            else
                tags.Add(Tag(attribute));
        }

        return new SpanProcess(name.Length > 0 ? name : UnknownService, SpanTags.Sorted(tags));
    }

    private static ImmutableArray<SpanReference> References(WireSpan span, TraceId traceId)
    {
        var references = ImmutableArray.CreateBuilder<SpanReference>();
        if (SpanId.TryRead(span.ParentSpanId.Span, out var parent) && !parent.IsZero)
            references.Add(new SpanReference(SpanReferenceType.ChildOf, traceId, parent));
        foreach (var link in span.Links)
        {
            if (TraceId.TryRead(link.TraceId.Span, out var otherTrace) && SpanId.TryRead(link.SpanId.Span, out var other))
                references.Add(new SpanReference(SpanReferenceType.FollowsFrom, otherTrace, other));
        }

        return references.DrainToImmutable();
    }

    private static ImmutableArray<SpanTag> Tags(WireSpan span, Scope? scope)
    {
        var tags = new List<SpanTag>(span.Attributes.Count + 4);
        foreach (var attribute in span.Attributes)
            tags.Add(Tag(attribute));
        if (OtlpKinds.Name(span.Kind) is { } kind)
            tags.Add(SpanTag.Of(SpanTags.Kind, kind));
        if (span.Status is { Code: not 0 } status)
        {
            tags.Add(SpanTag.Of(SpanTags.StatusCode, status.Code == 2 ? "ERROR" : "OK"));
            if (status.Code == 2)
                tags.Add(SpanTag.Of(SpanTags.Error, true));
        }

        AddUnlessEmpty(tags, SpanTags.StatusDescription, span.Status?.Message);
        AddUnlessEmpty(tags, SpanTags.ScopeName, scope?.Name);
        AddUnlessEmpty(tags, SpanTags.ScopeVersion, scope?.Version);
        AddUnlessEmpty(tags, SpanTags.TraceState, span.TraceState);
        return SpanTags.Sorted(tags);
    }

    private static void AddUnlessEmpty(List<SpanTag> tags, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            tags.Add(SpanTag.Of(key, value));
    }

    private static SpanLog Log(Event happened)
    {
        var fields = new List<SpanTag>(happened.Attributes.Count + 1);
        if (happened.Name.Length > 0)
            fields.Add(SpanTag.Of("event", happened.Name));
        foreach (var attribute in happened.Attributes)
            fields.Add(Tag(attribute));
        return new SpanLog(Nanoseconds(happened.TimeUnixNano), [.. fields]);
    }

    private static SpanTag Tag(KeyValue attribute) => attribute.Value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.BoolValue => SpanTag.Of(attribute.Key, attribute.Value.BoolValue),
        AnyValue.ValueOneofCase.IntValue => SpanTag.Of(attribute.Key, attribute.Value.IntValue),
        AnyValue.ValueOneofCase.DoubleValue => SpanTag.Of(attribute.Key, attribute.Value.DoubleValue),
        AnyValue.ValueOneofCase.BytesValue => SpanTag.OfBinary(attribute.Key, attribute.Value.BytesValue.ToBase64()),
        _ => SpanTag.Of(attribute.Key, Text(attribute.Value)),
    };

    private static string Text(AnyValue? value) => value?.ValueCase switch
    {
        null or AnyValue.ValueOneofCase.None => "",
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        _ => Json(value),
    };

    // Lists and maps are tags of their JSON text, as in Jaeger.
    private static string Json(AnyValue value)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, JsonOptions))
            WriteJson(json, value);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void WriteJson(Utf8JsonWriter json, AnyValue? value)
    {
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case AnyValue.ValueOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case AnyValue.ValueOneofCase.IntValue:
                json.WriteNumberValue(value.IntValue);
                break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue):
                json.WriteNumberValue(value.DoubleValue);
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                json.WriteBase64StringValue(value.BytesValue.Span);
                break;
            case AnyValue.ValueOneofCase.ArrayValue:
                json.WriteStartArray();
                foreach (var item in value.ArrayValue.Values)
                    WriteJson(json, item);
                json.WriteEndArray();
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                json.WriteStartObject();
                foreach (var item in value.KvlistValue.Values)
                {
                    json.WritePropertyName(item.Key);
                    WriteJson(json, item.Value);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static long Nanoseconds(ulong time) => (long)Math.Min(time, long.MaxValue / 2);
}
