using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>
/// Writes answers as Kubernetes' protobuf, by the field table: `k8s\0`, then runtime.Unknown {1: TypeMeta {1: apiVersion, 2: kind}, 2: raw message}.
/// Only for kinds of the table: custom resources have no protobuf form.
/// </summary>
internal sealed class ProtobufWriter(BuiltInTypes types)
{
    private static readonly byte[] Magic = [0x6b, 0x38, 0x73, 0x00];

    /// <summary>Whether objects of the resource, and lists of them, can be written.</summary>
    public static bool CanWrite(ResourceDefinition resource) => !resource.IsCustom && resource.TypeName != "crd";

    public byte[] Write(JsonObject item, ResourceDefinition resource)
    {
        var kind = item.Text("kind") ?? "";
        if (kind == "Status") return Envelope("v1", kind, Message(item, "meta/v1.Status"));
        if (kind == resource.ListKind && item["items"] is JsonArray) return Envelope(resource.ApiVersion, kind, List(item, resource));
        if (kind is "PartialObjectMetadata" or "PartialObjectMetadataList") return Envelope(item.Text("apiVersion") ?? "", kind, Metadata(item));
        // What a subresource answers is a kind of its own.
        return kind switch
        {
            "Scale" => Envelope("autoscaling/v1", kind, Message(item, "autoscaling/v1.Scale")),
            "TokenRequest" => Envelope("authentication.k8s.io/v1", kind, Message(item, "authentication/v1.TokenRequest")),
            _ => Envelope(resource.ApiVersion, kind, Message(item, resource.TypeName)),
        };
    }

    public byte[] Status(JsonObject status) => Envelope("v1", "Status", Message(status, "meta/v1.Status"));

    /// <summary>One frame of a watch: its length in four bytes, then WatchEvent {1: type, 2: RawExtension {1: object}}.</summary>
    public byte[] Event(string type, JsonObject item, ResourceDefinition resource)
    {
        var extension = new WireWriter();
        extension.Bytes(1, Write(item, resource));
        var message = new WireWriter();
        message.Bytes(1, Encoding.UTF8.GetBytes(type));
        message.Bytes(2, extension.ToArray());
        var content = message.ToArray();
        var frame = new byte[content.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        content.CopyTo(frame, 4);
        return frame;
    }

    public static byte[] Envelope(string apiVersion, string kind, byte[] raw)
    {
        var type = new WireWriter();
        type.Bytes(1, Encoding.UTF8.GetBytes(apiVersion));
        type.Bytes(2, Encoding.UTF8.GetBytes(kind));
        var unknown = new WireWriter();
        unknown.Bytes(1, type.ToArray());
        unknown.Bytes(2, raw);
        unknown.Bytes(3, []);
        unknown.Bytes(4, []);
        return [.. Magic, .. unknown.ToArray()];
    }

    private byte[] List(JsonObject list, ResourceDefinition resource)
    {
        var writer = new WireWriter();
        writer.Bytes(1, Message(list.Object("metadata") ?? [], "meta/v1.ListMeta"));
        foreach (var item in JsonAccess.Objects(list.Array("items"))) writer.Bytes(2, Message(item, resource.TypeName));
        return writer.ToArray();
    }

    /// <summary>Only the metadata of an object, or of each of a list.</summary>
    private byte[] Metadata(JsonObject item)
    {
        var writer = new WireWriter();
        writer.Bytes(1, Message(item.Object("metadata") ?? [], item["items"] is JsonArray ? "meta/v1.ListMeta" : "meta/v1.ObjectMeta"));
        foreach (var each in JsonAccess.Objects(item.Array("items"))) writer.Bytes(2, Metadata(each));
        return writer.ToArray();
    }

    private byte[] Message(JsonObject item, string typeName)
    {
        var writer = new WireWriter();
        foreach (var field in types.WireFields(typeName).Where(f => f.Number > 0).OrderBy(f => f.Number))
        {
            if (field.Inline)
            {
                if (types[field.Node.TypeName].Fields.Keys.Any(item.ContainsKey)) writer.Bytes(field.Number, Message(item, field.Node.TypeName));
            }
            else if (item[field.Name] is { } value)
            {
                Field(writer, field, value);
            }
        }

        return writer.ToArray();
    }

    private void Field(WireWriter writer, SchemaField field, JsonNode value)
    {
        switch (value)
        {
            case JsonArray list when field.Node.Kind == SchemaKind.List:
                foreach (var item in list)
                    if (item is not null) Value(writer, field.Number, field.Node.Items!, item);
                break;
            case JsonObject map when field.Node.Kind == SchemaKind.Map:
                foreach (var (key, item) in map.OrderBy(p => p.Key, StringComparer.Ordinal)) writer.Bytes(field.Number, Entry(key, item, field.Node.Items!));
                break;
            default:
                Value(writer, field.Number, field.Node, value);
                break;
        }
    }

    private byte[] Entry(string key, JsonNode? value, SchemaNode node)
    {
        var writer = new WireWriter();
        writer.Bytes(1, Encoding.UTF8.GetBytes(key));
        if (value is not null) Value(writer, 2, node, value);
        return writer.ToArray();
    }

    private void Value(WireWriter writer, int number, SchemaNode node, JsonNode value)
    {
        switch (node.Kind)
        {
            case SchemaKind.Integer:
                writer.Varint(number, (ulong)JsonAccess.Whole(value));
                break;
            case SchemaKind.Boolean:
                writer.Varint(number, value.GetValueKind() == JsonValueKind.True ? 1u : 0u);
                break;
            case SchemaKind.Number:
                writer.Double(number, JsonAccess.Real(value));
                break;
            default:
                writer.Bytes(number, Content(node, value));
                break;
        }
    }

    private byte[] Content(SchemaNode node, JsonNode value) => node.Kind switch
    {
        SchemaKind.Object when value is JsonObject map => Message(map, node.TypeName),
        SchemaKind.Bytes => Convert.FromBase64String(value.ToString()),
        SchemaKind.Time or SchemaKind.MicroTime => Time(value.ToString()),
        SchemaKind.IntOrString => IntOrString(value),
        SchemaKind.Quantity => Single(1, Encoding.UTF8.GetBytes(value.ToString())),
        SchemaKind.List when value is JsonArray list => Strings(list),
        SchemaKind.Any => Single(1, JsonText.Write(value)),
        _ => Encoding.UTF8.GetBytes(value.ToString()),
    };

    private static byte[] Single(int number, byte[] content)
    {
        var writer = new WireWriter();
        writer.Bytes(number, content);
        return writer.ToArray();
    }

    private static byte[] Strings(JsonArray list)
    {
        var writer = new WireWriter();
        foreach (var item in list) writer.Bytes(1, Encoding.UTF8.GetBytes(item?.ToString() ?? ""));
        return writer.ToArray();
    }

    private static byte[] Time(string text)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time)) return [];
        var writer = new WireWriter();
        writer.Varint(1, (ulong)time.ToUnixTimeSeconds());
        writer.Varint(2, (ulong)(time.Ticks % TimeSpan.TicksPerSecond * 100));
        return writer.ToArray();
    }

    private static byte[] IntOrString(JsonNode value)
    {
        var text = value.GetValueKind() == JsonValueKind.String;
        var writer = new WireWriter();
        writer.Varint(1, text ? 1u : 0u);
        writer.Varint(2, text ? 0u : (ulong)JsonAccess.Whole(value));
        writer.Bytes(3, text ? Encoding.UTF8.GetBytes(value.ToString()) : []);
        return writer.ToArray();
    }
}
