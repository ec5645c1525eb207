using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>
/// Reads the bodies that kubectl's typed commands send: `k8s\0`, then runtime.Unknown {1: TypeMeta {1: apiVersion, 2: kind}, 2: raw message},
/// the message described by the field table.
/// </summary>
internal sealed class ProtobufReader(BuiltInTypes types, IReadOnlyList<ResourceDefinition> resources)
{
    private const int MaxDepth = 64;
    private static readonly byte[] Magic = [0x6b, 0x38, 0x73, 0x00];

    /// <summary>Go writes these even when zero means "not set"; elsewhere zero is what the author said.</summary>
    private static readonly HashSet<string> ZeroMatters = new(StringComparer.Ordinal)
    {
        "replicas", "parallelism", "completions", "backoffLimit", "ttlSecondsAfterFinished", "terminationGracePeriodSeconds", "gracePeriodSeconds",
        "minReplicas", "partition", "leaseTransitions", "leaseDurationSeconds", "runAsUser", "runAsGroup", "fsGroup", "revisionHistoryLimit",
    };

    public JsonObject Read(byte[] body, string kind)
    {
        if (!body.AsSpan().StartsWith(Magic))
        {
            throw StatusErrors.BadRequest(
                $"the object provided is unrecognized (must be of type {kind}): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({Convert.ToHexStringLower(body.AsSpan(0, Math.Min(body.Length, 30)))})");
        }

        try
        {
            var (apiVersion, givenKind, raw) = Envelope(body.AsSpan(Magic.Length));
            var type = TypeFor(apiVersion, givenKind.Length == 0 ? kind : givenKind);
            var result = type.Length == 0 ? [] : Message(raw, type, 0);
            if (givenKind.Length > 0) result["kind"] = givenKind;
            if (apiVersion.Length > 0) result["apiVersion"] = apiVersion;
            return result;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or JsonException or InvalidOperationException)
        {
            throw StatusErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {exception.Message}");
        }
    }

    private string TypeFor(string apiVersion, string kind)
    {
        if (resources.FirstOrDefault(r => r.ApiVersion == apiVersion && r.Kind == kind) is { TypeName: { Length: > 0 } name }) return name;
        return (apiVersion, kind) switch
        {
            ("authentication.k8s.io/v1", "TokenRequest") => "authentication/v1.TokenRequest",
            ("policy/v1", "Eviction") => "policy/v1.Eviction",
            ("autoscaling/v1", "Scale") => "autoscaling/v1.Scale",
            (_, "DeleteOptions") => "meta/v1.DeleteOptions",
            _ => "",
        };
    }

    private static (string ApiVersion, string Kind, byte[] Raw) Envelope(ReadOnlySpan<byte> bytes)
    {
        string apiVersion = "", kind = "";
        byte[] raw = [];
        var reader = new WireReader(bytes);
        while (reader.Next(out var field, out var wire))
        {
            if (field == 1 && wire == 2)
            {
                var type = new WireReader(reader.Bytes());
                while (type.Next(out var inner, out var innerWire))
                {
                    if (inner == 1 && innerWire == 2) apiVersion = Encoding.UTF8.GetString(type.Bytes());
                    else if (inner == 2 && innerWire == 2) kind = Encoding.UTF8.GetString(type.Bytes());
                    else type.Skip(innerWire);
                }
            }
            else if (field == 2 && wire == 2)
            {
                raw = reader.Bytes().ToArray();
            }
            else
            {
                reader.Skip(wire);
            }
        }

        return (apiVersion, kind, raw);
    }

    private JsonObject Message(ReadOnlySpan<byte> bytes, string typeName, int depth)
    {
        if (depth > MaxDepth) throw new FormatException("proto: message nested too deeply");
        var fields = types.WireFields(typeName).Where(f => f.Number > 0).ToDictionary(f => f.Number);
        var result = new JsonObject();
        var reader = new WireReader(bytes);
        while (reader.Next(out var number, out var wire))
        {
            if (fields.TryGetValue(number, out var field)) Field(result, field, ref reader, wire, depth);
            else reader.Skip(wire);
        }

        return result;
    }

    private void Field(JsonObject target, SchemaField field, ref WireReader reader, int wire, int depth)
    {
        if (field.Inline)
        {
            foreach (var (name, value) in Message(reader.Bytes(), field.Node.TypeName, depth + 1)) target[name] = value?.DeepClone();
            return;
        }

        switch (field.Node.Kind)
        {
            case SchemaKind.List:
                if (target[field.Name] is not JsonArray list) target[field.Name] = list = [];
                list.Add(Value(field.Node.Items!, ref reader, wire, depth));
                break;
            case SchemaKind.Map:
                if (target[field.Name] is not JsonObject map) target[field.Name] = map = [];
                Entry(map, field.Node.Items!, reader.Bytes(), depth);
                break;
            default:
                var value = Value(field.Node, ref reader, wire, depth);
                if (!IsUnset(value, field)) target[field.Name] = value;
                break;
        }
    }

    private static bool IsUnset(JsonNode? value, SchemaField field) =>
        value is null
        || (field.Node.Kind == SchemaKind.Integer && value is JsonValue number && number.TryGetValue<long>(out var whole) && whole == 0 && !ZeroMatters.Contains(field.Name))
        || (field.Node.Kind == SchemaKind.Boolean && value is JsonValue flag && flag.TryGetValue<bool>(out var set) && !set);

    private void Entry(JsonObject map, SchemaNode valueNode, ReadOnlySpan<byte> bytes, int depth)
    {
        var key = "";
        JsonNode? value = valueNode.Kind is SchemaKind.String or SchemaKind.Bytes ? JsonValue.Create("") : null;
        var reader = new WireReader(bytes);
        while (reader.Next(out var field, out var wire))
        {
            if (field == 1) key = Encoding.UTF8.GetString(reader.Bytes());
            else if (field == 2) value = Value(valueNode, ref reader, wire, depth);
            else reader.Skip(wire);
        }

        map[key] = value;
    }

    private JsonNode? Value(SchemaNode node, ref WireReader reader, int wire, int depth) => node.Kind switch
    {
        SchemaKind.Object => Message(reader.Bytes(), node.TypeName, depth + 1),
        SchemaKind.String => JsonValue.Create(Encoding.UTF8.GetString(reader.Bytes())),
        SchemaKind.Bytes => JsonValue.Create(Convert.ToBase64String(reader.Bytes())),
        SchemaKind.Integer => JsonValue.Create((long)reader.Varint()),
        SchemaKind.Boolean => JsonValue.Create(reader.Varint() != 0),
        SchemaKind.Number => JsonValue.Create(reader.Double()),
        SchemaKind.Time => Time(reader.Bytes(), "yyyy-MM-ddTHH:mm:ssZ"),
        SchemaKind.MicroTime => Time(reader.Bytes(), "yyyy-MM-ddTHH:mm:ss.ffffffZ"),
        SchemaKind.IntOrString => IntOrString(reader.Bytes()),
        SchemaKind.Quantity => Quantity(reader.Bytes()),
        SchemaKind.List => StringList(reader.Bytes()),
        SchemaKind.Any => Raw(reader.Bytes()),
        _ => SkipValue(ref reader, wire),
    };

    private static JsonNode? SkipValue(ref WireReader reader, int wire)
    {
        reader.Skip(wire);
        return null;
    }

    private static JsonValue? Time(ReadOnlySpan<byte> bytes, string format)
    {
        long seconds = 0, nanos = 0;
        var reader = new WireReader(bytes);
        while (reader.Next(out var field, out var wire))
        {
            if (field == 1) seconds = (long)reader.Varint();
            else if (field == 2) nanos = (long)reader.Varint();
            else reader.Skip(wire);
        }

        if (bytes.Length == 0 || seconds is < -62135596799 or > 253402300799) return null;
        return JsonValue.Create(DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100).ToString(format, CultureInfo.InvariantCulture));
    }

    private static JsonValue IntOrString(ReadOnlySpan<byte> bytes)
    {
        long kind = 0, number = 0;
        var text = "";
        var reader = new WireReader(bytes);
        while (reader.Next(out var field, out var wire))
        {
            if (field == 1) kind = (long)reader.Varint();
            else if (field == 2) number = (long)reader.Varint();
            else if (field == 3) text = Encoding.UTF8.GetString(reader.Bytes());
            else reader.Skip(wire);
        }

        return kind == 0 ? JsonValue.Create(number) : JsonValue.Create(text)!;
    }

    private static JsonValue? Quantity(ReadOnlySpan<byte> bytes)
    {
        var text = "";
        var reader = new WireReader(bytes);
        while (reader.Next(out var field, out var wire))
        {
            if (field == 1) text = Encoding.UTF8.GetString(reader.Bytes());
            else reader.Skip(wire);
        }

        return JsonValue.Create(text);
    }

    /// <summary>A map's list value (ExtraValue): message {1: repeated string}.</summary>
    private static JsonArray StringList(ReadOnlySpan<byte> bytes)
    {
        var list = new JsonArray();
        var reader = new WireReader(bytes);
        while (reader.Next(out var field, out var wire))
        {
            if (field == 1) list.Add(Encoding.UTF8.GetString(reader.Bytes()));
            else reader.Skip(wire);
        }

        return list;
    }

    /// <summary>RawExtension and FieldsV1: {1: bytes of JSON}.</summary>
    private static JsonNode? Raw(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Next(out var field, out var wire))
        {
            if (field == 1 && wire == 2)
            {
                var raw = reader.Bytes();
                return raw.Length == 0 ? null : JsonText.Parse(raw);
            }

            reader.Skip(wire);
        }

        return null;
    }

    private ref struct WireReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public bool Next(out int field, out int wire)
        {
            (field, wire) = (0, 0);
            if (_rest.IsEmpty) return false;
            var tag = Varint();
            (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
            return true;
        }

        public ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                if (_rest.IsEmpty) throw new FormatException("unexpected EOF");
                var part = _rest[0];
                _rest = _rest[1..];
                value |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80) return value;
            }

            throw new FormatException("proto: integer overflow");
        }

        public double Double()
        {
            var value = BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
            return value;
        }

        public ReadOnlySpan<byte> Bytes()
        {
            var length = Varint();
            if (length > (ulong)_rest.Length) throw new FormatException("unexpected EOF");
            return Take((int)length);
        }

        public void Skip(int wire)
        {
            switch (wire)
            {
                case 0:
                    Varint();
                    break;
                case 1:
                    Take(8);
                    break;
                case 2:
                    Bytes();
                    break;
                case 5:
                    Take(4);
                    break;
                default:
                    throw new FormatException($"proto: illegal wireType {wire}");
            }
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > _rest.Length) throw new FormatException("unexpected EOF");
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
