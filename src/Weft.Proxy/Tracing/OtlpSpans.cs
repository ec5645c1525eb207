using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;

namespace Weft.Proxy.Tracing;

/// <summary>Spans as OTLP's trace service takes them.</summary>
internal static class OtlpSpans
{
    // Numbers of OTLP's enums SpanKind and StatusCode.
    private const int KindServer = 2;
    private const int KindClient = 3;
    private const int StatusError = 2;

    public static byte[] Message(IEnumerable<SpanRecord> spans, string service)
    {
        var scope = new ScopeSpans { Scope = new Scope { Name = "envoy" } };
        scope.Spans.AddRange(spans.Select(Span));
        var resource = new Resource();
        resource.Attributes.Add(Attribute("service.name", service));
        resource.Attributes.Add(Attribute("telemetry.sdk.language", "dotnet"));
        resource.Attributes.Add(Attribute("telemetry.sdk.name", "weft"));
        return new TracesData { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { scope } } } }.ToByteArray();
    }

    private static Span Span(SpanRecord record)
    {
        var start = (ulong)(record.Start - DateTimeOffset.UnixEpoch).Ticks * 100;
        var span = new Span
        {
            TraceId = Bytes(record.Context.TraceId.PadLeft(32, '0')),
            SpanId = Bytes(record.Context.SpanId),
            TraceState = record.Context.State ?? "",
            Name = record.Name,
            Kind = record.Kind == SpanKind.Server ? KindServer : KindClient,
            StartTimeUnixNano = start,
            EndTimeUnixNano = start + ((ulong)record.Duration.Ticks * 100),
            Status = new Status { Code = record.IsError ? StatusError : 0 },
        };
        if (record.Context.ParentId is { } parent)
        {
            span.ParentSpanId = Bytes(parent);
        }

        span.Attributes.AddRange(record.Tags.DistinctBy(tag => tag.Key).Select(tag => Attribute(tag.Key, tag.Value)));
        return span;
    }

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static ByteString Bytes(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}
