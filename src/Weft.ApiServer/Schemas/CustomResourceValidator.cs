using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weft.ApiServer.Discovery;

namespace Weft.ApiServer.Schemas;

/// <summary>Checks a custom resource against its OpenAPI schema. CEL rules (x-kubernetes-validations) are not evaluated.</summary>
internal static partial class CustomResourceValidator
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(200);

    public static List<FieldError> Validate(JsonObject item, ResourceDefinition resource)
    {
        var errors = new List<FieldError>();
        foreach (var (name, field) in resource.Schema.Fields)
        {
            if (name is "metadata" or "kind" or "apiVersion" || field.Node.OpenApi is null) continue;
            if (item.ContainsKey(name)) Check(item[name], field.Node.OpenApi, name, errors);
        }

        foreach (var required in resource.Schema.OpenApi?.Array("required") ?? [])
            if (required?.ToString() is { } name && !item.ContainsKey(name)) errors.Add(FieldError.Required(name, ""));
        Rules(item, resource.Schema.OpenApi ?? [], errors);
        return errors;
    }

    /// <summary>CEL rules: of them only `at most one of these fields` is understood. When the object is wrong already, Kubernetes says that rules were not looked at.</summary>
    private static void Rules(JsonObject item, JsonObject schema, List<FieldError> errors)
    {
        var found = new List<FieldError>();
        if (!Evaluate(item, schema, "", found)) return;
        if (errors.Any(e => e.Field != "<nil>"))
            errors.Add(FieldError.Invalid("<nil>", "null", "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"));
        else errors.AddRange(found);
    }

    /// <summary>True when the schema has any rule.</summary>
    private static bool Evaluate(JsonNode? value, JsonObject schema, string path, List<FieldError> errors)
    {
        var any = false;
        foreach (var rule in JsonAccess.Objects(schema.Array("x-kubernetes-validations")))
        {
            any = true;
            var text = rule.Text("rule") ?? "";
            if (value is not JsonObject map || !AtMostOne.IsMatch(text)) continue;
            if (FieldNames.Matches(text).Count(m => map.ContainsKey(m.Groups[1].Value)) > 1) errors.Add(new FieldError(path, "FieldValueInvalid", $"Invalid value: {rule.Text("message")}"));
        }

        foreach (var (name, inner) in schema.Object("properties") ?? [])
            if (inner is JsonObject property) any |= Evaluate((value as JsonObject)?[name], property, path.Length == 0 ? name : $"{path}.{name}", errors);
        if (schema.Object("additionalProperties") is { } additional) any |= Evaluate(null, additional, path, []);
        if (schema.Object("items") is not { } items) return any;
        any |= Evaluate(null, items, path, []);
        var list = value as JsonArray ?? [];
        for (var i = 0; i < list.Count; i++) Evaluate(list[i], items, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", errors);
        return any;
    }

    [GeneratedRegex(@"\A(\(has\(self\.\w+\) \? 1 : 0\)( \+ )?)+ <= 1\z", RegexOptions.NonBacktracking)]
    private static partial Regex AtMostOne { get; }

    [GeneratedRegex(@"has\(self\.(\w+)\)")]
    private static partial Regex FieldNames { get; }

    private static void Check(JsonNode? value, JsonObject schema, string path, List<FieldError> errors)
    {
        if (value is null)
        {
            if (schema.Flag("nullable") != true && schema.Text("type") is { } wanted) errors.Add(WrongType(path, "null", wanted));
            return;
        }

        if (!FitsType(value, schema))
        {
            errors.Add(WrongType(path, JsonTypeName(value), schema.Text("type") ?? "integer,string"));
            return;
        }

        Enumeration(value, schema, path, errors);
        switch (value)
        {
            case JsonObject map:
                Members(map, schema, path, errors);
                break;
            case JsonArray list:
                Items(list, schema, path, errors);
                break;
            default:
                Scalar(value, schema, path, errors);
                break;
        }

        Combinations(value, schema, path, errors);
    }

    private static void Members(JsonObject map, JsonObject schema, string path, List<FieldError> errors)
    {
        foreach (var required in schema.Array("required") ?? [])
            if (required?.ToString() is { } name && !map.ContainsKey(name)) errors.Add(FieldError.Required($"{path}.{name}", ""));
        var properties = schema.Object("properties");
        var additional = schema.Object("additionalProperties");
        foreach (var (name, value) in map)
        {
            if (properties?.Object(name) is { } inner) Check(value, inner, $"{path}.{name}", errors);
            else if (additional is not null) Check(value, additional, $"{path}.{name}", errors);
        }

        Bound(map.Count, schema, "minProperties", "maxProperties", path, "properties", errors);
    }

    private static void Items(JsonArray list, JsonObject schema, string path, List<FieldError> errors)
    {
        Bound(list.Count, schema, "minItems", "maxItems", path, "items", errors);
        if (schema.Object("items") is not { } inner) return;
        for (var i = 0; i < list.Count; i++) Check(list[i], inner, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", errors);
        if (schema.Text("x-kubernetes-list-type") is not ("set" or "map")) return;
        var node = StructuralSchema.Compile(schema);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var element = Patching.FieldSet.Element(list[i], node);
            if (!seen.Add(element)) errors.Add(FieldError.Duplicate($"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", element[2..]));
        }
    }

    private static void Scalar(JsonNode value, JsonObject schema, string path, List<FieldError> errors)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            Text(value.GetValue<string>(), schema, path, errors);
            return;
        }

        if (value.GetValueKind() != JsonValueKind.Number) return;
        var number = Real(value);
        var shown = Shown(value);
        if (schema["minimum"] is { } low && number < Real(low)) errors.Add(FieldError.Invalid(path, shown, $"{path} in body should be greater than or equal to {low.ToJsonString()}"));
        if (schema["maximum"] is { } high && number > Real(high)) errors.Add(FieldError.Invalid(path, shown, $"{path} in body should be less than or equal to {high.ToJsonString()}"));
        if (schema["multipleOf"] is { } step && Real(step) is var by and > 0 && Math.Abs(number / by - Math.Round(number / by)) > 1e-9)
            errors.Add(FieldError.Invalid(path, shown, $"{path} in body should be a multiple of {step.ToJsonString()}"));
    }

    private static void Text(string text, JsonObject schema, string path, List<FieldError> errors)
    {
        var quoted = Shown(JsonValue.Create(text));
        if (schema.Number("maxLength") is { } longest && text.Length > longest)
            errors.Add(new FieldError(path, "FieldValueTooLong", $"Too long: may not be more than {longest.ToString(CultureInfo.InvariantCulture)} bytes"));
        if (schema.Number("minLength") is { } shortest && text.Length < shortest)
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body should be at least {shortest.ToString(CultureInfo.InvariantCulture)} chars long"));
        if (schema.Text("pattern") is { } pattern && !Matches(text, pattern))
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body should match '{pattern}'"));
        if (schema.Text("format") is "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body must be of type date-time: {quoted}"));
    }

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static void Enumeration(JsonNode value, JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Array("enum") is not { } allowed || allowed.Any(a => JsonNode.DeepEquals(a, value))) return;
        errors.Add(FieldError.NotSupported(path, Shown(value), allowed.Select(a => a?.ToString() ?? "null")));
    }

    private static void Combinations(JsonNode value, JsonObject schema, string path, List<FieldError> errors)
    {
        foreach (var part in JsonAccess.Objects(schema.Array("allOf"))) Check(value, part, path, errors);
        if (schema.Array("anyOf") is { } any && schema.Flag("x-kubernetes-int-or-string") != true && !JsonAccess.Objects(any).Any(s => Fits(value, s)))
            errors.Add(FieldError.Invalid("<nil>", "\"\"", $"\"{path}\" must validate at least one schema (anyOf)"));
        if (schema.Array("oneOf") is { } one && JsonAccess.Objects(one).Count(s => Fits(value, s)) is var fitting and not 1)
            errors.Add(FieldError.Invalid("<nil>", "\"\"", fitting == 0 ? $"\"{path}\" must validate one and only one schema (oneOf). Found none valid" : $"\"{path}\" must validate one and only one schema (oneOf). Found {fitting.ToString(CultureInfo.InvariantCulture)} valid alternatives"));
        if (schema.Object("not") is { } not && Fits(value, not))
            errors.Add(FieldError.Invalid("<nil>", "\"\"", $"\"{path}\" must not validate the schema (not)"));
    }

    private static bool Fits(JsonNode value, JsonObject schema)
    {
        var errors = new List<FieldError>();
        Check(value, schema, "", errors);
        return errors.Count == 0;
    }

    private static void Bound(int count, JsonObject schema, string least, string most, string path, string what, List<FieldError> errors)
    {
        if (schema.Number(least) is { } low && count < low)
            errors.Add(FieldError.Invalid(path, count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {low.ToString(CultureInfo.InvariantCulture)} {what}"));
        if (schema.Number(most) is { } high && count > high)
            errors.Add(new FieldError(path, "FieldValueTooMany", $"Too many: {count.ToString(CultureInfo.InvariantCulture)}: must have at most {high.ToString(CultureInfo.InvariantCulture)} items"));
    }

    private static bool FitsType(JsonNode value, JsonObject schema)
    {
        var kind = value.GetValueKind();
        if (schema.Flag("x-kubernetes-int-or-string") == true) return kind == JsonValueKind.String || (kind == JsonValueKind.Number && Real(value) == Math.Floor(Real(value)));
        return schema.Text("type") switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => kind == JsonValueKind.Number && Real(value) == Math.Floor(Real(value)),
            "number" => kind == JsonValueKind.Number,
            _ => true,
        };
    }

    private static FieldError WrongType(string path, string found, string wanted) =>
        FieldError.TypeInvalid(path, $"\"{found}\"", $"{path} in body must be of type {wanted}: \"{found}\"");

    private static string JsonTypeName(JsonNode value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => Real(value) == Math.Floor(Real(value)) ? "integer" : "number",
            _ => "boolean",
        },
    };

    private static string Shown(JsonNode? value) => Encoding.UTF8.GetString(JsonText.Write(value));

    private static double Real(JsonNode value) =>
        value is JsonValue number && number.TryGetValue<long>(out var whole) ? whole : value is JsonValue small && small.TryGetValue<int>(out var i) ? i : value.GetValue<double>();
}
