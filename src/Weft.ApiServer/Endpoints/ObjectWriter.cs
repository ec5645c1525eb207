using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>Objects and lists as answers: whole, as Table, or metadata only.</summary>
internal sealed class ObjectWriter(TableRenderer tables)
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public byte[] One(ResourceDefinition resource, JsonObject item, OutputFormat format, string includeObject) => format.Kind switch
    {
        OutputKind.Table => JsonText.Write(tables.Render(resource, [item], item.TextAt("metadata", "resourceVersion"), "", null, includeObject, format.TableVersion)),
        OutputKind.PartialMetadata => JsonText.Write(Partial(item, format.TableVersion)),
        OutputKind.PartialMetadataList => throw WrongShape("PartialObjectMetadataList", "is not a list", resource.GoType),
        _ => JsonText.Write(item),
    };

    /// <summary>A stored object in the asked version, without parsing it.</summary>
    public static byte[] Whole(ResourceDefinition resource, StoredObject item)
    {
        if (StorageForm.Differs(resource)) return JsonText.Write(item.ToObject(resource));
        var head = $$"""{"kind":"{{resource.Kind}}","apiVersion":"{{resource.ApiVersion}}",""";
        var content = item.Json.Span;
        var result = new byte[System.Text.Encoding.UTF8.GetByteCount(head) + content.Length - 1];
        var at = System.Text.Encoding.UTF8.GetBytes(head, result);
        content[1..].CopyTo(result.AsSpan(at));
        return result;
    }

    public byte[] Many(ResourceDefinition resource, IReadOnlyList<StoredObject> items, long revision, string token, long? remaining, OutputFormat format, string includeObject) => format.Kind switch
    {
        OutputKind.Table => JsonText.Write(tables.Render(
            resource, [.. items.Select(i => i.ToObject(resource))], revision.ToString(CultureInfo.InvariantCulture), token, remaining, includeObject, format.TableVersion)),
        OutputKind.PartialMetadata => throw WrongShape("PartialObjectMetadata", "is a list", resource.GoType + "List"),
        OutputKind.PartialMetadataList => PartialList(resource, items, revision, token, remaining, format.TableVersion),
        _ => List(resource, items, revision, token, remaining),
    };

    private static StatusException WrongShape(string asked, string what, string type) =>
        new(406, "NotAcceptable", $"you requested {asked}, but the requested object {what} (*{type})");

    public static JsonObject Partial(JsonObject item, string version) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = $"meta.k8s.io/{version}",
        ["metadata"] = item["metadata"]?.DeepClone(),
    };

    /// <summary>One table row set for a watch event.</summary>
    public JsonObject Row(ResourceDefinition resource, JsonObject item, bool columns, string includeObject, string version) =>
        tables.Render(resource, [item], item.TextAt("metadata", "resourceVersion"), "", null, includeObject, version, columns);

    private static byte[] List(ResourceDefinition resource, IReadOnlyList<StoredObject> items, long revision, string token, long? remaining)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", resource.ListKind);
            writer.WriteString("apiVersion", resource.ApiVersion);
            writer.WritePropertyName("metadata");
            var metadata = ListMeta(revision, token, remaining);
            if (resource.IsCustom) metadata["continue"] = token;
            metadata.WriteTo(writer);
            writer.WriteStartArray("items");
            foreach (var item in items)
            {
                // Items of built-in lists carry no kind, those of custom resources do.
                if (resource.IsCustom) writer.WriteRawValue(Whole(resource, item), skipInputValidation: true);
                else writer.WriteRawValue(StorageForm.Differs(resource) ? JsonText.Write(Bare(item, resource)) : item.Json.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public JsonObject ScaleTable(JsonObject scale, string version, string includeObject) => tables.RenderScale(scale, includeObject, version);

    private static JsonObject Bare(StoredObject item, ResourceDefinition resource)
    {
        var shown = item.ToObject(resource);
        shown.Remove("kind");
        shown.Remove("apiVersion");
        return shown;
    }

    private static byte[] PartialList(ResourceDefinition resource, IReadOnlyList<StoredObject> items, long revision, string token, long? remaining, string version) =>
        JsonText.Write(new JsonObject
        {
            ["kind"] = "PartialObjectMetadataList",
            ["apiVersion"] = $"meta.k8s.io/{version}",
            ["metadata"] = ListMeta(revision, token, remaining),
            ["items"] = new JsonArray([.. items.Select(i => (JsonNode)Partial(i.ToObject(resource), version))]),
        });

    public static JsonObject ListMeta(long revision, string token, long? remaining)
    {
        var meta = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (token.Length > 0) meta["continue"] = token;
        if (remaining is > 0) meta["remainingItemCount"] = remaining;
        return meta;
    }
}
