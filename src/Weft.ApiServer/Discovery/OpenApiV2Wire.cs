using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>OpenAPI v2 as protobuf (gnostic's openapi.v2.Document): what kubectl and older clients ask for. Field numbers are those of OpenAPIv2.proto.</summary>
internal static class OpenApiV2Wire
{
    public static byte[] Write(JsonObject document) => Message(writer =>
    {
        Text(writer, 1, document.Text("swagger"));
        writer.Bytes(2, Message(info =>
        {
            Text(info, 1, document.Object("info")?.Text("title"));
            Text(info, 2, document.Object("info")?.Text("version"));
        }));
        writer.Bytes(8, Message(paths => Named(paths, 2, document.Object("paths"), Item)));
        writer.Bytes(9, Message(definitions => Named(definitions, 1, document.Object("definitions"), Schema)));
        foreach (var requirement in JsonAccess.Objects(document.Array("security"))) writer.Bytes(12, Message(security => Named(security, 1, requirement, _ => [])));
        writer.Bytes(13, Message(definitions => Named(definitions, 1, document.Object("securityDefinitions"), ApiKey)));
    });

    private static byte[] ApiKey(JsonNode? definition) => Message(item => item.Bytes(2, Message(key =>
    {
        var map = definition as JsonObject;
        Text(key, 1, map?.Text("type"));
        Text(key, 2, map?.Text("name"));
        Text(key, 3, map?.Text("in"));
        Text(key, 4, map?.Text("description"));
    })));

    private static byte[] Item(JsonNode? item) => Message(writer =>
    {
        foreach (var (number, method) in new[] { (2, "get"), (3, "put"), (4, "post"), (5, "delete"), (8, "patch") })
            if ((item as JsonObject)?.Object(method) is { } operation) writer.Bytes(number, Operation(operation));
        foreach (var parameter in JsonAccess.Objects((item as JsonObject)?.Array("parameters"))) writer.Bytes(9, Message(one => one.Bytes(1, Parameter(parameter))));
    });

    private static byte[] Operation(JsonObject operation) => Message(writer =>
    {
        Texts(writer, 1, operation.Array("tags"));
        Text(writer, 3, operation.Text("description"));
        Text(writer, 5, operation.Text("operationId"));
        Texts(writer, 6, operation.Array("produces"));
        Texts(writer, 7, operation.Array("consumes"));
        foreach (var parameter in JsonAccess.Objects(operation.Array("parameters"))) writer.Bytes(8, Message(item => item.Bytes(1, Parameter(parameter))));
        writer.Bytes(9, Message(responses => Named(responses, 1, operation.Object("responses"), Response)));
        Extensions(writer, 13, operation);
    });

    private static byte[] Parameter(JsonObject parameter) => Message(writer =>
    {
        if (parameter.Text("in") == "body")
        {
            writer.Bytes(1, Message(body =>
            {
                Text(body, 2, parameter.Text("name"));
                Text(body, 3, "body");
                Flag(body, 4, parameter.Flag("required"));
                body.Bytes(5, Schema(parameter["schema"]));
            }));
            return;
        }

        // Query and path parameters have the same first fields; the query's are shifted by one behind the name.
        var inPath = parameter.Text("in") == "path";
        writer.Bytes(2, Message(other => other.Bytes(inPath ? 4 : 3, Message(fields =>
        {
            Flag(fields, 1, parameter.Flag("required"));
            Text(fields, 2, parameter.Text("in"));
            Text(fields, 4, parameter.Text("name"));
            Text(fields, inPath ? 5 : 6, parameter.Text("type"));
        }))));
    });

    private static byte[] Response(JsonNode? response) => Message(value => value.Bytes(1, Message(writer =>
    {
        Text(writer, 1, (response as JsonObject)?.Text("description"));
        if ((response as JsonObject)?["schema"] is { } schema) writer.Bytes(2, Message(item => item.Bytes(1, Schema(schema))));
    })));

    private static byte[] Schema(JsonNode? node) => Message(writer =>
    {
        if (node is not JsonObject schema) return;
        Text(writer, 1, schema.Text("$ref"));
        Text(writer, 2, schema.Text("format"));
        Text(writer, 4, schema.Text("description"));
        if (schema["default"] is { } value) writer.Bytes(5, Any(value));
        Real(writer, 7, schema["maximum"]);
        Real(writer, 9, schema["minimum"]);
        Whole(writer, 11, schema["maxLength"]);
        Whole(writer, 12, schema["minLength"]);
        Text(writer, 13, schema.Text("pattern"));
        Whole(writer, 14, schema["maxItems"]);
        Whole(writer, 15, schema["minItems"]);
        Whole(writer, 17, schema["maxProperties"]);
        Whole(writer, 18, schema["minProperties"]);
        Texts(writer, 19, schema.Array("required"));
        foreach (var allowed in schema.Array("enum") ?? []) writer.Bytes(20, Any(allowed));
        if (schema["additionalProperties"] is { } additional)
            writer.Bytes(21, Message(item => { if (additional is JsonObject) item.Bytes(1, Schema(additional)); else Flag(item, 2, additional.GetValueKind() == JsonValueKind.True); }));
        if (schema.Text("type") is { } type) writer.Bytes(22, Message(types => Text(types, 1, type)));
        if (schema["items"] is JsonObject items) writer.Bytes(23, Message(item => item.Bytes(1, Schema(items))));
        foreach (var part in JsonAccess.Objects(schema.Array("allOf"))) writer.Bytes(24, Schema(part));
        if (schema.Object("properties") is { } properties) writer.Bytes(25, Message(map => Named(map, 1, properties, Schema)));
        Extensions(writer, 31, schema);
    });

    private static void Extensions(WireWriter writer, int number, JsonObject item)
    {
        foreach (var (name, value) in item.Where(p => p.Key.StartsWith("x-", StringComparison.Ordinal))) writer.Bytes(number, Pair(name, Any(value)));
    }

    private static void Named(WireWriter writer, int number, JsonObject? map, Func<JsonNode?, byte[]> write)
    {
        foreach (var (name, value) in map ?? []) writer.Bytes(number, Pair(name, write(value)));
    }

    private static byte[] Pair(string name, byte[] value) => Message(writer =>
    {
        Text(writer, 1, name);
        writer.Bytes(2, value);
    });

    /// <summary>Any value is kept as YAML; JSON is YAML.</summary>
    private static byte[] Any(JsonNode? value) => Message(writer => Text(writer, 2, Encoding.UTF8.GetString(JsonText.Write(value)) + "\n"));

    private static void Text(WireWriter writer, int number, string? value)
    {
        if (!string.IsNullOrEmpty(value)) writer.Bytes(number, Encoding.UTF8.GetBytes(value));
    }

    private static void Texts(WireWriter writer, int number, JsonArray? values)
    {
        foreach (var value in values ?? []) writer.Bytes(number, Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
    }

    private static void Flag(WireWriter writer, int number, bool? value)
    {
        if (value == true) writer.Varint(number, 1);
    }

    private static void Whole(WireWriter writer, int number, JsonNode? value)
    {
        if (value is not null) writer.Varint(number, (ulong)JsonAccess.Whole(value));
    }

    private static void Real(WireWriter writer, int number, JsonNode? value)
    {
        if (value is not null) writer.Double(number, JsonAccess.Real(value));
    }

    private static byte[] Message(Action<WireWriter> write)
    {
        var writer = new WireWriter();
        write(writer);
        return writer.ToArray();
    }
}
