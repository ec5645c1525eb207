using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas.Cel;

namespace Weft.ApiServer.Schemas;

/// <summary>
/// Checks a custom resource as the API server does: OpenAPI schema, scale, keyed lists and sets, then the CEL rules unless the object has the wrong shape.
/// On an update, what has not changed is not refused (ratcheting).
/// </summary>
internal sealed class CustomResourceValidator
{
    private const string RulesSkipped = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
    private static readonly string[] Blocking = ["FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"];

    private readonly List<FieldError> _errors = [];

    /// <summary>How many checks passed: of alternatives that all fail, the one with most is explained.</summary>
    private int _matches;

    public static List<FieldError> Validate(JsonObject item, JsonObject? before, ResourceDefinition resource, bool status = false)
    {
        var schema = resource.Schema.OpenApi ?? [];
        var validator = new CustomResourceValidator();
        validator.Root(item, before, resource, schema);
        var errors = validator._errors;
        if (!status && resource.ScalePaths is { } scale) ScaleCounts(item, scale, errors);
        foreach (var (name, field) in resource.Schema.Fields)
            if (!IsMeta(name)) ListItems(item[name], before?[name], field.Node, name, errors);
        if (!resource.Schema.HasRules) return errors;
        if (errors.Any(e => Blocking.Contains(e.Reason))) errors.Add(FieldError.Invalid("<nil>", "null", RulesSkipped));
        else CelValidation.Validate(item, before, resource.Schema, errors);
        return errors;
    }

    /// <summary>What is wrong with a value that stands alone, a default in a schema.</summary>
    public static List<FieldError> ValueProblems(JsonNode value, JsonObject schema, string path)
    {
        var validator = new CustomResourceValidator();
        validator.Check(value, null, schema, path);
        return validator._errors;
    }

    private static bool IsMeta(string name) => name is "metadata" or "kind" or "apiVersion";

    private void Root(JsonObject item, JsonObject? before, ResourceDefinition resource, JsonObject schema)
    {
        foreach (var required in schema.Array("required") ?? [])
            if (required?.ToString() is { } name && !item.ContainsKey(name)) _errors.Add(FieldError.Required(name, ""));
        foreach (var (name, field) in resource.Schema.Fields)
            if (!IsMeta(name) && field.Node.OpenApi is not null && item.ContainsKey(name)) Check(item[name], before?[name], field.Node.OpenApi, name);
        Combinations(item, schema, "");
    }

    private static void ScaleCounts(JsonObject item, ScalePaths scale, List<FieldError> errors)
    {
        foreach (var path in new[] { scale.SpecReplicas, scale.StatusReplicas })
        {
            if (Endpoints.SimpleJsonPath.Find(item, path) is not { } count) continue;
            if (count.GetValueKind() != JsonValueKind.Number)
                errors.Add(FieldError.Invalid(path, "0", $"{path} accessor error: {count} is of the type {GoTypeName(count)}, expected int64"));
            else if (JsonAccess.Real(count) < 0) errors.Add(FieldError.Invalid(path, Shown(count), "should be a non-negative integer"));
        }
    }

    private static string GoTypeName(JsonNode value) => value switch
    {
        JsonObject => "map[string]interface {}",
        JsonArray => "[]interface {}",
        _ => value.GetValueKind() == JsonValueKind.String ? "string" : "bool",
    };

    /// <summary>Keyed lists and sets hold every item once.</summary>
    private static void ListItems(JsonNode? value, JsonNode? old, SchemaNode schema, string path, List<FieldError> errors)
    {
        if (value is JsonObject map)
        {
            foreach (var (name, inner) in map)
            {
                var node = schema.Fields.TryGetValue(name, out var field) ? field.Node : schema.Kind == SchemaKind.Map ? schema.Items : null;
                if (node is not null) ListItems(inner, (old as JsonObject)?[name], node, $"{path}.{name}", errors);
            }
        }

        if (value is not JsonArray list || schema.Items is null || (old is not null && JsonNode.DeepEquals(value, old))) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var at = $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]";
            if (schema.Kind == SchemaKind.List && schema.ListKind != ListKind.Atomic && Patching.FieldSet.Element(list[i], schema) is var element && !seen.Add(element))
                errors.Add(FieldError.Duplicate(at, element[2..]));
            ListItems(list[i], null, schema.Items, at, errors);
        }
    }

    private void Check(JsonNode? value, JsonNode? old, JsonObject schema, string path)
    {
        if (old is not null && JsonNode.DeepEquals(value, old)) return;
        if (value is null)
        {
            if (schema.Flag("nullable") != true && schema.Text("type") is { } wanted) _errors.Add(WrongType(path, "null", wanted));
            return;
        }

        if (!FitsType(value, schema))
        {
            _errors.Add(WrongType(path, JsonTypeName(value), schema.Text("type") ?? "integer,string"));
            return;
        }

        _matches++;
        Combinations(value, schema, path);
        ValueRules.Check(value, schema, path, _errors);
        switch (value)
        {
            case JsonObject map:
                Members(map, old as JsonObject, schema, path);
                break;
            case JsonArray list when schema.Object("items") is { } items:
                for (var i = 0; i < list.Count; i++) Check(list[i], Correlated(list[i], old as JsonArray, schema), items, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]");
                break;
        }
    }

    private static JsonObject? Correlated(JsonNode? item, JsonArray? old, JsonObject schema)
    {
        if (old is null || schema.Text("x-kubernetes-list-type") != "map" || item is not JsonObject map) return null;
        var keys = (schema.Array("x-kubernetes-list-map-keys") ?? []).Select(k => k?.ToString() ?? "").ToArray();
        return old.OfType<JsonObject>().FirstOrDefault(o => keys.All(k => JsonNode.DeepEquals(o[k], map[k])));
    }

    private void Members(JsonObject map, JsonObject? old, JsonObject schema, string path)
    {
        foreach (var required in schema.Array("required") ?? [])
        {
            if (required?.ToString() is not { } name) continue;
            if (map.ContainsKey(name)) _matches++;
            else _errors.Add(FieldError.Required(path.Length == 0 ? name : $"{path}.{name}", ""));
        }

        var properties = schema.Object("properties");
        var additional = schema.Object("additionalProperties");
        foreach (var (name, value) in map)
            if ((properties?.Object(name) ?? additional) is { } inner) Check(value, old?[name], inner, path.Length == 0 ? name : $"{path}.{name}");
    }

    private void Combinations(JsonNode value, JsonObject schema, string path)
    {
        if (schema.Array("anyOf") is { } any && schema.Flag("x-kubernetes-int-or-string") != true)
        {
            var tried = Try(value, any, path);
            if (tried.All(t => t._errors.Count > 0)) Unmet($"\"{path}\" must validate at least one schema (anyOf)", tried);
        }

        if (schema.Array("oneOf") is { } one)
        {
            var tried = Try(value, one, path);
            var fitting = tried.Count(t => t._errors.Count == 0);
            if (fitting == 0) Unmet($"\"{path}\" must validate one and only one schema (oneOf). Found none valid", tried);
            else if (fitting > 1) Unmet($"\"{path}\" must validate one and only one schema (oneOf). Found {fitting.ToString(CultureInfo.InvariantCulture)} valid alternatives", []);
        }

        if (schema.Array("allOf") is { } all && schema.Flag("x-kubernetes-int-or-string") != true)
        {
            var tried = Try(value, all, path);
            foreach (var part in tried) _errors.AddRange(part._errors);
            var fitting = tried.Length - tried.Count(t => t._errors.Count > 0);
            if (fitting < tried.Length) Unmet($"\"{path}\" must validate all the schemas (allOf){(fitting == 0 ? ". None validated" : "")}", []);
        }

        if (schema.Object("not") is { } not && Try(value, [not.DeepClone()], path)[0]._errors.Count == 0) Unmet($"\"{path}\" must not validate the schema (not)", []);
    }

    /// <summary>The failure of a combination, with the errors of the alternative that came nearest.</summary>
    private void Unmet(string message, CustomResourceValidator[] tried)
    {
        _errors.Add(FieldError.Invalid("<nil>", "\"\"", message));
        if (tried.Length > 0) _errors.AddRange(tried.MaxBy(t => t._matches)!._errors);
    }

    private static CustomResourceValidator[] Try(JsonNode value, JsonArray schemas, string path) => [.. JsonAccess.Objects(schemas).Select(schema =>
    {
        var validator = new CustomResourceValidator();
        validator.Check(value, null, schema, path);
        return validator;
    })];

    private static bool FitsType(JsonNode value, JsonObject schema)
    {
        var kind = value.GetValueKind();
        if (schema.Flag("x-kubernetes-int-or-string") == true) return kind == JsonValueKind.String || IsWhole(value);
        return schema.Text("type") switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => IsWhole(value),
            "number" => kind == JsonValueKind.Number,
            _ => true,
        };
    }

    private static bool IsWhole(JsonNode value) => value.GetValueKind() == JsonValueKind.Number && JsonAccess.Real(value) is var number && number == Math.Floor(number);

    private static FieldError WrongType(string path, string found, string wanted) =>
        FieldError.TypeInvalid(path, $"\"{found}\"", $"{path} in body must be of type {wanted}: \"{found}\"");

    private static string JsonTypeName(JsonNode value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => IsWhole(value) ? "integer" : "number",
            _ => "boolean",
        },
    };

    private static string Shown(JsonNode? value) => Encoding.UTF8.GetString(JsonText.Write(value));
}
