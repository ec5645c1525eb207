using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>Whether one place of a definition's schema is structural and says nothing that cannot be held: types, patterns, defaults, keys of lists, and what may stand in allOf, anyOf, oneOf and not.</summary>
internal static class StructuralRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] Alternatives = ["allOf", "anyOf", "oneOf"];
    private static readonly string[] OnlyStructural =
    [
        "type", "title", "description", "default", "nullable", "additionalProperties", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
    ];

    public static void Check(JsonObject schema, string path, List<FieldError> errors)
    {
        Type(schema, path, errors);
        if (schema.Text("pattern") is { Length: > 0 } pattern && RegexProblem.Of(pattern) is { } problem)
            errors.Add(FieldError.Invalid($"{path}.pattern", ObjectValidation.Quote(pattern), $"must be a valid regular expression, but isn't: {problem}"));
        if (schema.Flag("additionalProperties") == false) errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "additionalProperties cannot be set to false"));
        Default(schema, path, errors);
        MapType(schema, path, errors);
        ListItems(schema, path, errors);
        foreach (var part in Alternatives)
        {
            var index = 0;
            foreach (var alternative in JsonAccess.Objects(schema.Array(part))) Alternative(alternative, schema, path, path, $"{path}.{part}[{index++}]", errors);
        }

        if (schema.Object("not") is { } excluded) Alternative(excluded, schema, path, path, $"{path}.not", errors);
    }

    private static void Type(JsonObject schema, string path, List<FieldError> errors)
    {
        var type = schema.Text("type") ?? "";
        if (type.Length > 0 && !Types.Contains(type)) errors.Add(FieldError.NotSupported($"{path}.type", ObjectValidation.Quote(type), Types));
        if (type.Length > 0 && schema.Flag("x-kubernetes-int-or-string") == true)
            errors.Add(FieldError.Forbidden($"{path}.type", "must be empty if x-kubernetes-int-or-string is true"));
        if (schema.Flag("x-kubernetes-embedded-resource") != true) return;
        const string object_ = "must be object if x-kubernetes-embedded-resource is true";
        if (type.Length == 0) errors.Add(FieldError.Required($"{path}.type", object_));
        else if (type != "object") errors.Add(FieldError.Invalid($"{path}.type", ObjectValidation.Quote(type), object_));
        if (schema.Flag("x-kubernetes-preserve-unknown-fields") != true && schema.Object("properties") is null or { Count: 0 })
            errors.Add(FieldError.Required($"{path}.properties", "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"));
    }

    /// <summary>A default is a value of its own place.</summary>
    private static void Default(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema["default"] is not { } value) return;
        var at = $"{path}.default";
        var found = CustomResourceValidator.ValueProblems(value, schema, at);
        errors.AddRange(found);
        if (found.Count > 0) return;
        var unknown = new List<string>();
        CustomResourceDecoder.Unknown(value, StructuralSchema.Compile(schema), unknown);
        if (unknown.Count > 0) errors.Add(FieldError.Invalid(at, Encoding.UTF8.GetString(JsonText.Write(value)), "must not have unknown fields"));
    }

    private static void MapType(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Text("x-kubernetes-map-type") is not { Length: > 0 } kind) return;
        if (schema.Text("type") != "object")
        {
            const string message = "must be object if x-kubernetes-map-type is specified";
            errors.Add(schema.Text("type") is { Length: > 0 } type ? FieldError.Invalid($"{path}.type", ObjectValidation.Quote(type), message) : FieldError.Required($"{path}.type", message));
        }

        if (kind is not ("atomic" or "granular")) errors.Add(FieldError.NotSupported($"{path}.x-kubernetes-map-type", ObjectValidation.Quote(kind), ["atomic", "granular"]));
    }

    private static void ListItems(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Object("items") is not { } items) return;
        if (schema.Text("x-kubernetes-list-type") == "set")
        {
            const string set = "must be atomic as item of a list with x-kubernetes-list-type=set";
            if (items.Text("type") == "object" && items.Text("x-kubernetes-map-type") != "atomic") errors.Add(FieldError.Invalid($"{path}.items.x-kubernetes-map-type", Shown(items, "x-kubernetes-map-type"), set));
            if (items.Text("type") == "array" && items.Text("x-kubernetes-list-type") is not (null or "atomic")) errors.Add(FieldError.Invalid($"{path}.items.x-kubernetes-list-type", Shown(items, "x-kubernetes-list-type"), set));
        }

        if (schema.Text("x-kubernetes-list-type") == "map") Keys(schema, items, path, errors);
    }

    private static void Keys(JsonObject schema, JsonObject items, string path, List<FieldError> errors)
    {
        var keys = (schema.Array("x-kubernetes-list-map-keys") ?? []).Select(k => k?.ToString() ?? "").ToArray();
        var properties = items.Object("properties") ?? [];
        var required = (items.Array("required") ?? []).Select(r => r?.ToString()).ToHashSet();
        foreach (var key in keys.Distinct())
        {
            if (properties.Object(key) is not { } property)
            {
                errors.Add(FieldError.Invalid($"{path}.x-kubernetes-list-map-keys", Shown(schema, "x-kubernetes-list-map-keys"), "entries must all be names of item properties"));
                continue;
            }

            if (property.Text("type") is "object" or "array")
                errors.Add(FieldError.Invalid($"{path}.items.properties[{key}].type", ObjectValidation.Quote(property.Text("type")!), "must be a scalar type if parent array's x-kubernetes-list-type is map"));
            if (property["default"] is null && !required.Contains(key))
                errors.Add(FieldError.Required($"{path}.items.properties[{key}].default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
        }

        if (keys.Distinct().Count() < keys.Length)
            errors.Add(FieldError.Invalid($"{path}.x-kubernetes-list-map-keys", Shown(schema, "x-kubernetes-list-map-keys"), "must not contain duplicate entries"));
    }

    /// <summary>Alternatives only restrict what the structure says; a field in one of them has to be in the structure.</summary>
    private static void Alternative(JsonObject alternative, JsonObject structure, string root, string structurePath, string path, List<FieldError> errors)
    {
        foreach (var word in OnlyStructural)
        {
            if (alternative[word] is not { } value || (word == "type" && structure.Flag("x-kubernetes-int-or-string") == true)) continue;
            errors.Add(FieldError.Forbidden($"{path}.{word}", Why(word, value)));
        }

        foreach (var (name, inner) in alternative.Object("properties") ?? [])
        {
            var at = $"{path}.properties[{name}]";
            if (structure.Object("properties")?.Object(name) is { } declared) Inside(inner, declared, $"{structurePath}.properties[{name}]", at);
            else errors.Add(FieldError.Required($"{structurePath}.properties[{name}]", $"because it is defined in {at}"));
        }

        if (alternative.Object("items") is { } items)
        {
            if (structure.Object("items") is { } declared) Inside(items, declared, $"{structurePath}.items", $"{path}.items");
            else errors.Add(FieldError.Required($"{structurePath}.items", $"because it is defined in {path}.items"));
        }

        foreach (var part in Alternatives)
        {
            var index = 0;
            foreach (var nested in JsonAccess.Objects(alternative.Array(part))) Alternative(nested, structure, root, structurePath, $"{path}.{part}[{index++}]", errors);
        }

        if (alternative.Object("not") is { } excluded) Alternative(excluded, structure, root, structurePath, $"{path}.not", errors);

        void Inside(JsonNode? inner, JsonObject declared, string declaredPath, string at)
        {
            if (inner is JsonObject schema) Alternative(schema, declared, root, declaredPath, at, errors);
        }
    }

    private static string Why(string word, JsonNode value) => word switch
    {
        "default" or "additionalProperties" => "must be undefined to be structural",
        "nullable" or "x-kubernetes-embedded-resource" or "x-kubernetes-int-or-string" => "must be false to be structural",
        "x-kubernetes-preserve-unknown-fields" or "x-kubernetes-list-type" or "x-kubernetes-map-type" => "must be undefined to be structural",
        "x-kubernetes-list-map-keys" => "must be empty to be structural",
        _ => value is JsonValue ? "must be empty to be structural" : "must be undefined to be structural",
    };

    private static string Shown(JsonObject schema, string name) => schema[name] is { } value ? Encoding.UTF8.GetString(JsonText.Write(value)) : "null";
}
