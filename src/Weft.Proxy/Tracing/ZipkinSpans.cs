using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;

namespace Weft.Proxy.Tracing;

/// <summary>Spans as Zipkin's API v2 takes them (POST /api/v2/spans).</summary>
internal static class ZipkinSpans
{
    public static ReadOnlyMemory<byte> Json(IEnumerable<SpanRecord> spans, string service)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var span in spans)
            {
                Write(json, span, service);
            }

            json.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, SpanRecord span, string service)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.Context.TraceId);
        json.WriteString("id", span.Context.SpanId);
        if (span.Context.ParentId is { } parent)
        {
            json.WriteString("parentId", parent);
        }

        json.WriteString("name", span.Name);
        json.WriteString("kind", span.Kind == SpanKind.Server ? "SERVER" : "CLIENT");
        json.WriteNumber("timestamp", (span.Start - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        json.WriteNumber("duration", Math.Max(1, span.Duration.Ticks / TimeSpan.TicksPerMicrosecond));
        json.WriteStartObject("localEndpoint");
        json.WriteString("serviceName", service);
        json.WriteString(span.LocalAddress.AddressFamily == AddressFamily.InterNetwork ? "ipv4" : "ipv6", span.LocalAddress.Address.ToString());
        json.WriteNumber("port", span.LocalAddress.Port);
        json.WriteEndObject();
        json.WriteStartObject("tags");
        foreach (var (name, value) in span.Tags.DistinctBy(tag => tag.Key))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        if (span.IsShared)
        {
            json.WriteBoolean("shared", true);
        }

        json.WriteEndObject();
    }
}
