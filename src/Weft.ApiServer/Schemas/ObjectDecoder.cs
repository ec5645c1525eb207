using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Weft.ApiServer.Schemas;

/// <summary>A value has another JSON type than its field. The message is worded as Go's JSON decoder words it.</summary>
internal sealed class DecodeException(string message, string typed = "") : Exception(message)
{
    /// <summary>The same in the words of server-side apply's type checker.</summary>
    public string Typed { get; } = typed.Length > 0 ? typed : message;
}

/// <summary>
/// Fits an object of a built-in kind to its schema: unknown fields are dropped (and reported), nulls and empty optional values are
/// left out, fields come in the order of the API. The input is consumed.
/// </summary>
internal static partial class ObjectDecoder
{
    /// <summary>Returns a new object; paths of unknown fields are added to <paramref name="unknown"/>.</summary>
    public static JsonObject Decode(JsonObject source, SchemaNode schema, string kind, List<string> unknown) =>
        (JsonObject)(Value(source, schema, "", kind, unknown) ?? new JsonObject());

    private static JsonNode? Value(JsonNode? value, SchemaNode schema, string path, string kind, List<string> unknown)
    {
        if (value is null) return null;
        return schema.Kind switch
        {
            SchemaKind.Any => value.DeepClone(),
            SchemaKind.Object => Object(Expect<JsonObject>(value, schema, path, kind), schema, path, kind, unknown),
            SchemaKind.Map => Map(Expect<JsonObject>(value, schema, path, kind), schema, path, kind, unknown),
            SchemaKind.List => List(Expect<JsonArray>(value, schema, path, kind), schema, path, kind, unknown),
            _ => Scalar(value, schema, path, kind),
        };
    }

    private static JsonObject Object(JsonObject source, SchemaNode schema, string path, string kind, List<string> unknown)
    {
        var result = new JsonObject();
        if (schema.TypeName.Length > 0) kind = schema.TypeName[(schema.TypeName.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var decoded = new Dictionary<string, JsonNode>(source.Count, StringComparer.Ordinal);
        foreach (var (name, value) in source)
        {
            if (!schema.Fields.TryGetValue(name, out var field)) unknown.Add(Join(path, name));
            else if (Value(value, field.Node, Join(path, name), kind, unknown) is { } node && (field.Always || !IsOmitted(node, field.Node))) decoded[name] = node;
        }

        foreach (var (name, field) in schema.Fields)
        {
            if (decoded.TryGetValue(name, out var node)) result[name] = node;
            else if (field.Always) result[name] = Empty(field.Node, kind);
        }

        return result;
    }

    /// <summary>Go's zero value as its JSON encoder writes it.</summary>
    private static JsonNode? Empty(SchemaNode schema, string kind) => schema.Kind switch
    {
        SchemaKind.Object => Object([], schema, "", kind, []),
        SchemaKind.String or SchemaKind.Bytes => JsonValue.Create(""),
        SchemaKind.Integer or SchemaKind.Number or SchemaKind.IntOrString => JsonValue.Create(0L),
        SchemaKind.Boolean => JsonValue.Create(false),
        _ => null,
    };

    private static JsonObject Map(JsonObject source, SchemaNode schema, string path, string kind, List<string> unknown)
    {
        var result = new JsonObject();
        foreach (var (name, value) in source.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var decoded = Value(value, schema.Items!, schema.Items!.Kind == SchemaKind.Object ? $"{path}.{name}" : path, kind, unknown);
            if (decoded is not null) result[name] = decoded;
            else if (schema.Items!.Kind is SchemaKind.String or SchemaKind.Bytes) result[name] = "";
        }

        return result;
    }

    private static JsonArray List(JsonArray source, SchemaNode schema, string path, string kind, List<string> unknown)
    {
        var result = new JsonArray();
        for (var i = 0; i < source.Count; i++)
            result.Add(Value(source[i], schema.Items!, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", kind, unknown));
        return result;
    }

    /// <summary>Go leaves out what is empty; absent and empty are the same to it.</summary>
    private static bool IsOmitted(JsonNode value, SchemaNode schema) => schema.Kind switch
    {
        SchemaKind.Map or SchemaKind.List => value is JsonObject { Count: 0 } or JsonArray { Count: 0 },
        SchemaKind.String or SchemaKind.Bytes or SchemaKind.Time => value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Length == 0,
        _ => false,
    };

    private static JsonNode Scalar(JsonNode value, SchemaNode schema, string path, string kind)
    {
        var actual = value.GetValueKind();
        var fits = schema.Kind switch
        {
            SchemaKind.String or SchemaKind.Bytes or SchemaKind.Time or SchemaKind.MicroTime => actual == JsonValueKind.String,
            SchemaKind.Boolean => actual is JsonValueKind.True or JsonValueKind.False,
            SchemaKind.Integer => actual == JsonValueKind.Number && IsWhole(value),
            SchemaKind.Number => actual == JsonValueKind.Number,
            SchemaKind.IntOrString => actual is JsonValueKind.String || (actual == JsonValueKind.Number && IsWhole(value)),
            SchemaKind.Quantity => actual is JsonValueKind.String or JsonValueKind.Number,
            _ => true,
        };
        if (!fits) throw Mismatch(value, schema, path, kind);
        if (schema.Kind == SchemaKind.Quantity)
        {
            return QuantityPattern.IsMatch(value.ToString())
                ? JsonValue.Create(CanonicalQuantity.Of(value.ToString()))!
                : throw new DecodeException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }

        if (schema.Kind is SchemaKind.Time or SchemaKind.MicroTime && value.ToString() is { Length: > 0 } time) return JsonValue.Create(GoTime.Canonical(time, schema.Kind == SchemaKind.MicroTime))!;
        if (schema.Kind == SchemaKind.Bytes && IllegalBase64(value.ToString()) is >= 0 and var at) throw new DecodeException($"illegal base64 data at input byte {at}");
        if (schema.Kind is SchemaKind.Integer or SchemaKind.IntOrString && actual == JsonValueKind.Number) return JsonValue.Create(Whole(value));
        return value.DeepClone();
    }

    /// <summary>Where Go's decoder stops; negative for valid text.</summary>
    private static int IllegalBase64(string text)
    {
        if (Convert.TryFromBase64String(text, new byte[text.Length], out _) && !text.Any(char.IsWhiteSpace)) return -1;
        var length = text.TrimEnd('=').Length;
        for (var i = 0; i < length; i++)
            if (!char.IsAsciiLetterOrDigit(text[i]) && text[i] is not ('+' or '/')) return i;
        return length / 4 * 4;
    }

    private static bool IsWhole(JsonNode value) =>
        value is JsonValue number && (number.TryGetValue<long>(out _) || number.TryGetValue<int>(out _) || (number.TryGetValue<double>(out var real) && Math.Floor(real) == real));

    private static long Whole(JsonNode value) =>
        value is JsonValue number && number.TryGetValue<long>(out var whole) ? whole : value is JsonValue small && small.TryGetValue<int>(out var i) ? i : (long)value.GetValue<double>();

    private static T Expect<T>(JsonNode value, SchemaNode schema, string path, string kind)
        where T : JsonNode =>
        value as T ?? throw Mismatch(value, schema, path, kind);

    private static DecodeException Mismatch(JsonNode value, SchemaNode schema, string path, string kind)
    {
        var found = value.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => schema.Kind == SchemaKind.Integer ? $"number {value.ToJsonString()}" : "number",
            _ => "bool",
        };
        return new DecodeException(
            $"json: cannot unmarshal {found} into Go struct field {kind}.{StripIndexes(path)} of type {GoType(schema)}",
            $".{path}: expected {TypedName(schema)}, got {(found.StartsWith("number", StringComparison.Ordinal) ? "int" : found switch { "object" => "map", "array" => "list", "bool" => "boolean", _ => found })}");
    }

    private static string TypedName(SchemaNode schema) => schema.Kind switch
    {
        SchemaKind.Integer or SchemaKind.Number => "numeric (int or float)",
        SchemaKind.Boolean => "boolean",
        SchemaKind.Map or SchemaKind.Object => "map",
        SchemaKind.List => "list",
        _ => "string",
    };

    private static string StripIndexes(string path)
    {
        while (path.IndexOf('[', StringComparison.Ordinal) is var open and >= 0)
            path = path.Remove(open, path.IndexOf(']', open) - open + 1);
        return path;
    }

    private static string GoType(SchemaNode schema) => schema.Kind switch
    {
        SchemaKind.Map => $"map[string]{GoType(schema.Items!)}",
        SchemaKind.List => $"[]{GoType(schema.Items!)}",
        SchemaKind.Object => schema.TypeName.Length == 0 ? "struct" : $"v1.{schema.TypeName[(schema.TypeName.IndexOf('.', StringComparison.Ordinal) + 1)..]}",
        _ => schema.GoType,
    };

    [GeneratedRegex(@"\A([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)\z", RegexOptions.NonBacktracking)]
    private static partial Regex QuantityPattern { get; }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
