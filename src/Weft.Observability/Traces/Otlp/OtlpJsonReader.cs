using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;
using WireSpan = OpenTelemetry.Proto.Trace.V1.Span;

namespace Weft.Observability.Traces.Otlp;

/// <summary>
/// OTLP's JSON (OTLP specification 1.x, "JSON Protobuf Encoding"): 64-bit numbers are text or numbers, enums are numbers or names, ids are
/// hexadecimal. Tempo writes the same with ids in base64 and <c>batches</c> for <c>resourceSpans</c>; both are read.
/// Unknown fields are skipped; a field of a wrong type is a <see cref="JsonException"/> that names it.
/// </summary>
internal static class OtlpJsonReader
{
    public static TracesData Read(JsonElement json)
    {
        var data = new TracesData();
        foreach (var item in Items(Field(json, "resourceSpans") ?? Field(json, "batches")))
            data.ResourceSpans.Add(ReadResource(item));
        return data;
    }

    private static ResourceSpans ReadResource(JsonElement json)
    {
        var resource = new ResourceSpans { Resource = new Resource() };
        if (Field(json, "resource") is { } described)
            resource.Resource.Attributes.AddRange(Attributes(described));
        // The name before OTLP 0.15, still sent by old Tempo versions.
        foreach (var item in Items(Field(json, "scopeSpans") ?? Field(json, "instrumentationLibrarySpans")))
            resource.ScopeSpans.Add(ReadScope(item));
        return resource;
    }

    private static ScopeSpans ReadScope(JsonElement json)
    {
        var scope = new ScopeSpans();
        if (Field(json, "scope") is { } described)
            scope.Scope = new Scope { Name = Text(described, "name"), Version = Text(described, "version") };
        foreach (var item in Items(Field(json, "spans")))
            scope.Spans.Add(ReadSpan(item));
        return scope;
    }

    private static WireSpan ReadSpan(JsonElement json)
    {
        var span = new WireSpan
        {
            TraceId = Id(json, "traceId", 16),
            SpanId = Id(json, "spanId", 8),
            ParentSpanId = Id(json, "parentSpanId", 8),
            TraceState = Text(json, "traceState"),
            Name = Text(json, "name"),
            Kind = Enum(json, "kind", OtlpKinds.OfEnumName),
            StartTimeUnixNano = Unsigned(json, "startTimeUnixNano"),
            EndTimeUnixNano = Unsigned(json, "endTimeUnixNano"),
        };
        span.Attributes.AddRange(Attributes(json));
        foreach (var item in Items(Field(json, "events")))
            span.Events.Add(ReadEvent(item));
        foreach (var item in Items(Field(json, "links")))
            span.Links.Add(new Link { TraceId = Id(item, "traceId", 16), SpanId = Id(item, "spanId", 8) });
        if (Field(json, "status") is { } status)
        {
            span.Status = new Status
            {
                Code = Enum(status, "code", static name => name switch { "STATUS_CODE_OK" => 1, "STATUS_CODE_ERROR" => 2, _ => 0 }),
                Message = Text(status, "message"),
            };
        }

        return span;
    }

    private static Event ReadEvent(JsonElement json)
    {
        var happened = new Event { TimeUnixNano = Unsigned(json, "timeUnixNano"), Name = Text(json, "name") };
        happened.Attributes.AddRange(Attributes(json));
        return happened;
    }

    private static IEnumerable<KeyValue> Attributes(JsonElement json) => Items(Field(json, "attributes")).Select(ReadAttribute);

    private static KeyValue ReadAttribute(JsonElement json) => new() { Key = Text(json, "key"), Value = ReadValue(Field(json, "value")) };

    private static AnyValue ReadValue(JsonElement? json)
    {
        var value = new AnyValue();
        if (json is not { ValueKind: JsonValueKind.Object } held)
            return value;
        if (Field(held, "stringValue") is not null)
            value.StringValue = Text(held, "stringValue");
        else if (Field(held, "boolValue") is { ValueKind: JsonValueKind.True or JsonValueKind.False } truth)
            value.BoolValue = truth.GetBoolean();
        else if (Field(held, "intValue") is not null)
            value.IntValue = Signed(held, "intValue");
        else if (Field(held, "doubleValue") is { } number)
            value.DoubleValue = Double(number);
        else if (Field(held, "bytesValue") is not null)
            value.BytesValue = Bytes(Text(held, "bytesValue"), "bytesValue");
        else if (Field(held, "arrayValue") is { } list)
            value.ArrayValue = ReadList(list);
        else if (Field(held, "kvlistValue") is { } map)
            value.KvlistValue = ReadMap(map);
        return value;
    }

    private static ArrayValue ReadList(JsonElement json)
    {
        var list = new ArrayValue();
        list.Values.AddRange(Items(Field(json, "values")).Select(static item => ReadValue(item)));
        return list;
    }

    private static KeyValueList ReadMap(JsonElement json)
    {
        var map = new KeyValueList();
        map.Values.AddRange(Items(Field(json, "values")).Select(ReadAttribute));
        return map;
    }

    // Protobuf's JSON allows the field names of the .proto file too.
    private static JsonElement? Field(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonException($"expected an object around '{name}', found {json.ValueKind}");
        if (json.TryGetProperty(name, out var value) || json.TryGetProperty(SnakeCase(name), out value))
            return value.ValueKind == JsonValueKind.Null ? null : value;
        return null;
    }

    private static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static JsonElement.ArrayEnumerator Items(JsonElement? json) => json switch
    {
        null => default,
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        var other => throw new JsonException($"expected an array, found {other.Value.ValueKind}"),
    };

    private static string Text(JsonElement json, string name) => Field(json, name) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        var other => throw Wrong(name, "text", other.Value),
    };

    private static ulong Unsigned(JsonElement json, string name) => Field(json, name) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } number when number.TryGetUInt64(out var value) => value,
        { ValueKind: JsonValueKind.String } text when ulong.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        var other => throw Wrong(name, "a whole number", other.Value),
    };

    private static long Signed(JsonElement json, string name) => Field(json, name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        { ValueKind: JsonValueKind.String } text when long.TryParse(text.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        { } other => throw Wrong(name, "a whole number", other),
        null => 0,
    };

    private static double Double(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String when double.TryParse(json.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        _ => throw Wrong("doubleValue", "a number", json),
    };

    private static int Enum(JsonElement json, string name, Func<string, int> ofName) => Field(json, name) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        { ValueKind: JsonValueKind.String } text => ofName(text.GetString()!),
        var other => throw Wrong(name, "a number", other.Value),
    };

    // Hexadecimal digits of the right count are an id; base64 of the same bytes has another length.
    private static ByteString Id(JsonElement json, string name, int length)
    {
        var text = Text(json, name);
        if (text.Length == 0)
            return ByteString.Empty;
        if (text.Length != 2 * length)
            return Bytes(text, name);
        try
        {
            return ByteString.CopyFrom(Convert.FromHexString(text));
        }
        catch (FormatException)
        {
            throw new JsonException($"field '{name}': expected {2 * length} hexadecimal digits, found '{text}'");
        }
    }

    private static ByteString Bytes(string base64, string name)
    {
        try
        {
            return ByteString.FromBase64(base64);
        }
        catch (FormatException)
        {
            throw new JsonException($"field '{name}': neither hexadecimal digits of the right length nor base64");
        }
    }

    private static JsonException Wrong(string name, string expected, JsonElement found) => new($"field '{name}': expected {expected}, found {found.ValueKind}");
}
