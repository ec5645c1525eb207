using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;
using WireSpan = OpenTelemetry.Proto.Trace.V1.Span;

namespace Weft.Observability.Traces.Otlp;

/// <summary>Traces of the store as OTLP: the way back of <see cref="OtlpReader"/>, so that kind and status are fields again.</summary>
internal static class OtlpWriter
{
    public static TracesData Write(Trace trace)
    {
        var data = new TracesData();
        foreach (var process in trace.Spans.GroupBy(static span => span.Process, ProcessEquality.Instance))
        {
            var resource = new ResourceSpans { Resource = new Resource() };
            resource.Resource.Attributes.Add(Attribute(SpanTag.Of("service.name", process.Key.ServiceName)));
            resource.Resource.Attributes.AddRange(process.Key.Tags.Select(Attribute));
            foreach (var scope in process.GroupBy(static span => (Name: Text(span, SpanTags.ScopeName), Version: Text(span, SpanTags.ScopeVersion))))
            {
                var spans = new ScopeSpans { Scope = new Scope { Name = scope.Key.Name, Version = scope.Key.Version } };
                spans.Spans.AddRange(scope.Select(WriteSpan));
                resource.ScopeSpans.Add(spans);
            }

            data.ResourceSpans.Add(resource);
        }

        return data;
    }

    /// <summary>A tag as an attribute.</summary>
    public static KeyValue Attribute(SpanTag tag) => new() { Key = tag.Key, Value = Value(tag) };

    private static WireSpan WriteSpan(Span span)
    {
        var written = new WireSpan
        {
            TraceId = Bytes(span.TraceId),
            SpanId = Bytes(span.SpanId),
            ParentSpanId = span.Parent.IsZero ? ByteString.Empty : Bytes(span.Parent),
            TraceState = Text(span, SpanTags.TraceState),
            Name = span.OperationName,
            Kind = OtlpKinds.Of(span.Tag(SpanTags.Kind)?.Text),
            StartTimeUnixNano = (ulong)span.StartNanoseconds,
            EndTimeUnixNano = (ulong)span.EndNanoseconds,
            Status = Status(span),
        };
        written.Attributes.AddRange(span.Tags.Where(static tag => !IsField(tag)).Select(Attribute));
        written.Events.AddRange(span.Logs.Select(Event));
        written.Links.AddRange(Links(span));
        return written;
    }

    // What the reader made of fields that are not attributes.
    private static bool IsField(SpanTag tag) => tag.Key switch
    {
        SpanTags.Error => tag.Type == TagType.Bool,
        SpanTags.Kind => OtlpKinds.Of(tag.Text) != 0,
        SpanTags.StatusCode or SpanTags.StatusDescription or SpanTags.ScopeName or SpanTags.ScopeVersion or SpanTags.TraceState => true,
        _ => false,
    };

    private static Status Status(Span span) => new()
    {
        Code = SpanTags.SaysError(span) ? 2 : Text(span, SpanTags.StatusCode) == "OK" ? 1 : 0,
        Message = Text(span, SpanTags.StatusDescription),
    };

    private static Event Event(SpanLog log)
    {
        var named = log.Fields.FirstOrDefault(static field => field.Key == "event");
        var written = new Event { TimeUnixNano = (ulong)log.TimestampNanoseconds, Name = named.Key is null ? "" : named.Text };
        written.Attributes.AddRange(log.Fields.Where(static field => field.Key != "event").Select(Attribute));
        return written;
    }

    private static IEnumerable<Link> Links(Span span) => span.References
        .Where(reference => reference.Type != SpanReferenceType.ChildOf || reference.TraceId != span.TraceId)
        .Select(static reference => new Link { TraceId = Bytes(reference.TraceId), SpanId = Bytes(reference.SpanId) });

    private static AnyValue Value(SpanTag tag) => tag.Type switch
    {
        TagType.Bool => new AnyValue { BoolValue = tag.AsBool },
        TagType.Int64 => new AnyValue { IntValue = tag.AsInt64 },
        TagType.Float64 => new AnyValue { DoubleValue = tag.AsFloat64 },
        TagType.Binary => new AnyValue { BytesValue = ByteString.FromBase64(tag.Text) },
        _ => new AnyValue { StringValue = tag.Text },
    };

    private static string Text(Span span, string key) => span.Tag(key)?.Text ?? "";

    private static ByteString Bytes(TraceId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Write(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private static ByteString Bytes(SpanId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.Write(bytes);
        return ByteString.CopyFrom(bytes);
    }
}
