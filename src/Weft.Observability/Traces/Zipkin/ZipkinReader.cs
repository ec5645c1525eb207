using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Weft.Observability.Traces.Otlp;

namespace Weft.Observability.Traces.Zipkin;

/// <summary>
/// Zipkin's v2 spans in Jaeger's model: the local endpoint is the process, the remote one <c>peer.*</c> tags, annotations are logs.
/// Times of Zipkin are microseconds. A body that is no list of spans is a <see cref="JsonException"/> that names the field.
/// </summary>
internal static class ZipkinReader
{
    public static ImmutableArray<Span> Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw new JsonException($"expected a list of spans, found {json.ValueKind}");
        var processes = new Dictionary<(string, string), SpanProcess>();
        return [.. json.EnumerateArray().Select(item => ReadSpan(item, processes))];
    }

    private static Span ReadSpan(JsonElement json, Dictionary<(string, string), SpanProcess> processes)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonException($"expected a span, found {json.ValueKind}");
        if (!TraceId.TryParse(Text(json, "traceId"), out var traceId) || traceId.IsZero)
            throw new JsonException("field 'traceId': expected 16 or 32 hexadecimal digits, not all zero");
        if (!SpanId.TryParse(Text(json, "id"), out var spanId) || spanId.IsZero)
            throw new JsonException("field 'id': expected 16 hexadecimal digits, not all zero");
        return new Span
        {
            TraceId = traceId,
            SpanId = spanId,
            References = SpanId.TryParse(Text(json, "parentId"), out var parent) && !parent.IsZero ? [new(SpanReferenceType.ChildOf, traceId, parent)] : [],
            OperationName = Text(json, "name"),
            StartNanoseconds = Nanoseconds(json, "timestamp"),
            DurationNanoseconds = Nanoseconds(json, "duration"),
            Tags = Tags(json),
            Logs = [.. Logs(json)],
            Process = Process(json, processes),
        };
    }

    private static ImmutableArray<SpanTag> Tags(JsonElement json)
    {
        var tags = new List<SpanTag>();
        if (json.TryGetProperty("tags", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var tag in given.EnumerateObject())
                tags.Add(SpanTag.Of(tag.Name, tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString()! : tag.Value.GetRawText()));
        }

        if (Text(json, "kind") is { Length: > 0 } kind)
            tags.Add(SpanTag.Of(SpanTags.Kind, kind.ToLowerInvariant()));
        if (json.TryGetProperty("remoteEndpoint", out var remote) && remote.ValueKind == JsonValueKind.Object)
        {
            AddUnlessEmpty(tags, "peer.service", Text(remote, "serviceName"));
            AddUnlessEmpty(tags, "peer.ipv4", Text(remote, "ipv4"));
            AddUnlessEmpty(tags, "peer.ipv6", Text(remote, "ipv6"));
            if (remote.TryGetProperty("port", out var port) && port.TryGetInt64OrFalse(out var number))
                tags.Add(SpanTag.Of("peer.port", number));
        }

        return SpanTags.Sorted(tags);
    }

    private static void AddUnlessEmpty(List<SpanTag> tags, string key, string value)
    {
        if (value.Length > 0)
            tags.Add(SpanTag.Of(key, value));
    }

    private static IEnumerable<SpanLog> Logs(JsonElement json)
    {
        if (!json.TryGetProperty("annotations", out var annotations) || annotations.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var annotation in annotations.EnumerateArray())
            yield return new SpanLog(Nanoseconds(annotation, "timestamp"), [SpanTag.Of("event", Text(annotation, "value"))]);
    }

    private static SpanProcess Process(JsonElement json, Dictionary<(string, string), SpanProcess> processes)
    {
        var local = json.TryGetProperty("localEndpoint", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var (name, address) = local.ValueKind == JsonValueKind.Object ? (Text(local, "serviceName"), Text(local, "ipv4")) : ("", "");
        if (processes.TryGetValue((name, address), out var known))
            return known;
        var process = new SpanProcess(name.Length > 0 ? name : OtlpReader.UnknownService, address.Length > 0 ? [SpanTag.Of("ip", address)] : []);
        processes.Add((name, address), process);
        return process;
    }

    private static string Text(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonException($"expected an object around '{name}', found {json.ValueKind}");
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new JsonException($"field '{name}': expected text, found {value.ValueKind}");
    }

    private static long Nanoseconds(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return 0;
        var read = value.ValueKind == JsonValueKind.String
            ? long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            : value.TryGetInt64OrFalse(out microseconds);
        return read && microseconds is >= 0 and < long.MaxValue / 2000 ? microseconds * 1000 : throw new JsonException($"field '{name}': expected microseconds");
    }

    private static bool TryGetInt64OrFalse(this JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }
}
