using Envoy.Extensions.AccessLoggers.OpenTelemetry.V3;
using Google.Protobuf;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Trace.V1;
using Weft.Proxy.Formatting;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>The record of one entry for OTLP: body and attributes are values whose texts are formats.</summary>
/// <exception cref="ResourceRejectedException">An operator that this proxy does not have.</exception>
internal sealed class OtlpLogRecord(OpenTelemetryAccessLogConfig config)
{
    private readonly Func<IStreamInfo, AnyValue>? _body = config.Body is { } body ? Template(body) : null;
    private readonly (string Key, Func<IStreamInfo, AnyValue> Value)[] _attributes = [.. (config.Attributes?.Values ?? []).Select(entry => (entry.Key, Template(entry.Value)))];

    /// <summary>What all records are of: the stated attributes.</summary>
    public static Resource Resource(OpenTelemetryAccessLogConfig config) => new() { Attributes = { config.ResourceAttributes?.Values ?? [] } };

    public LogRecord Of(IStreamInfo stream)
    {
        var record = new LogRecord { TimeUnixNano = (ulong)(stream.StartTime - DateTimeOffset.UnixEpoch).Ticks * 100, Body = _body?.Invoke(stream) };
        foreach (var (key, value) in _attributes)
        {
            record.Attributes.Add(new KeyValue { Key = key, Value = value(stream) });
        }

        if (stream is HttpExchange { Span.Context: { } span })
        {
            record.TraceId = ByteString.CopyFrom(Convert.FromHexString(span.TraceId.PadLeft(32, '0')));
            record.SpanId = ByteString.CopyFrom(Convert.FromHexString(span.SpanId));
        }

        return record;
    }

    private static Func<IStreamInfo, AnyValue> Template(AnyValue value)
    {
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue:
                var format = Format.Compile(value.StringValue);
                return stream => new AnyValue { StringValue = format.Text(stream) };
            case AnyValue.ValueOneofCase.KvlistValue:
                var fields = value.KvlistValue.Values.Select(field => (field.Key, Value: Template(field.Value))).ToArray();
                return stream => new AnyValue { KvlistValue = new KeyValueList { Values = { fields.Select(field => new KeyValue { Key = field.Key, Value = field.Value(stream) }) } } };
            case AnyValue.ValueOneofCase.ArrayValue:
                var items = value.ArrayValue.Values.Select(Template).ToArray();
                return stream => new AnyValue { ArrayValue = new ArrayValue { Values = { items.Select(item => item(stream)) } } };
            default:
                return _ => value;
        }
    }
}
