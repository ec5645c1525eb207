using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Schemas.Cel;

namespace Weft.ApiServer.Discovery;

/// <summary>What makes a CustomResourceDefinition unacceptable: its names, its versions, and schemas that are not structural or have rules that do not compile.</summary>
internal static class DefinitionValidation
{
    private const string Approval = "api-approved.kubernetes.io";

    public static List<FieldError> Validate(JsonObject item, JsonObject? before)
    {
        var errors = new List<FieldError>();
        var spec = item.Object("spec") ?? [];
        Names(item, spec, before, errors);
        Versions(spec, errors);
        Schemas(spec, errors);
        DefinitionPartsValidation.Validate(spec, errors);
        if (before is not null) DefinitionPartsValidation.Update(item, before, errors);
        if (item.Object("status")?.Array("storedVersions") is null or { Count: 0 }) errors.Add(FieldError.Invalid("status.storedVersions", "null", "must have at least one stored version"));
        return errors;
    }

    private static void Names(JsonObject item, JsonObject spec, JsonObject? before, List<FieldError> errors)
    {
        var group = spec.Text("group") ?? "";
        var name = item.TextAt("metadata", "name");
        var wanted = $"{spec.Object("names")?.Text("plural")}.{group}";
        if (name != wanted) errors.Add(FieldError.Invalid("metadata.name", ObjectValidation.Quote(name), "must be spec.names.plural+\".\"+spec.group"));
        if (IsProtected(group) && before is null && string.IsNullOrEmpty(item.Object("metadata")?.Object("annotations")?.Text(Approval)))
            errors.Add(FieldError.Required($"metadata.annotations[{Approval}]", $"protected groups must have approval annotation \"{Approval}\", see https://github.com/kubernetes/enhancements/pull/1111"));
        if (group.Length == 0) errors.Add(FieldError.Required("spec.group", ""));
        else if (!group.Contains('.', StringComparison.Ordinal)) errors.Add(FieldError.Invalid("spec.group", ObjectValidation.Quote(group), "should be a domain with at least one dot"));
        if (string.IsNullOrEmpty(spec.Text("scope"))) errors.Add(FieldError.Required("spec.scope", ""));
        else if (spec.Text("scope") is not ("Cluster" or "Namespaced")) errors.Add(FieldError.NotSupported("spec.scope", ObjectValidation.Quote(spec.Text("scope")!), ["Cluster", "Namespaced"]));
        foreach (var list in new[] { "shortNames", "categories" })
        {
            var given = (spec.Object("names")?.Array(list) ?? []).Select(n => n?.ToString() ?? "").ToArray();
            for (var i = 0; i < given.Length; i++)
                foreach (var message in NameRules.Dns1035Label(given[i])) errors.Add(FieldError.Invalid($"spec.names.{list}[{i}]", ObjectValidation.Quote(given[i]), message));
        }

        if (spec.TextAt("names", "kind") is { Length: > 0 } kind && kind == spec.TextAt("names", "listKind"))
            errors.Add(FieldError.Invalid("spec.names.listKind", ObjectValidation.Quote(kind), "kind and listKind may not be the same"));
        foreach (var part in new[] { "plural", "singular", "kind", "listKind" })
        {
            var value = spec.Object("names")?.Text(part) ?? "";
            if (value.Length == 0) errors.Add(FieldError.Required($"spec.names.{part}", ""));
            else
                foreach (var message in NameRules.Dns1035Label(value.ToLowerInvariant())) errors.Add(FieldError.Invalid($"spec.names.{part}", ObjectValidation.Quote(value), message));
        }
    }

    private static bool IsProtected(string group) =>
        group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);

    private static void Versions(JsonObject spec, List<FieldError> errors)
    {
        var versions = JsonAccess.Objects(spec.Array("versions")).ToArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < versions.Length; i++)
        {
            var name = versions[i].Text("name") ?? "";
            foreach (var message in NameRules.Dns1035Label(name)) errors.Add(FieldError.Invalid($"spec.versions[{i}].name", ObjectValidation.Quote(name), message));
            if (!names.Add(name)) errors.Add(FieldError.Invalid($"spec.versions[{i}].name", ObjectValidation.Quote(name), "must be unique"));
            if (versions[i].Object("schema")?.Object("openAPIV3Schema") is null) errors.Add(FieldError.Required($"spec.versions[{i}].schema.openAPIV3Schema", "schemas are required"));
        }

        if (versions.Count(v => v.Flag("storage") == true) != 1)
            errors.Add(FieldError.Invalid("spec.versions", Shown(versions), "must have exactly one version marked as storage version"));
    }

    /// <summary>The versions as Kubernetes' internal form has them: what all versions share stands elsewhere.</summary>
    private static string Shown(JsonObject[] versions) => Encoding.UTF8.GetString(JsonText.Write(new JsonArray([.. versions.Select(v => (JsonNode)new JsonObject
    {
        ["Name"] = v.Text("name") ?? "",
        ["Served"] = v.Flag("served") ?? false,
        ["Storage"] = v.Flag("storage") ?? false,
        ["Deprecated"] = v.Flag("deprecated") ?? false,
        ["DeprecationWarning"] = v.Text("deprecationWarning"),
        ["Schema"] = null,
        ["Subresources"] = null,
        ["AdditionalPrinterColumns"] = null,
        ["SelectableFields"] = null,
    })])));

    private static void Schemas(JsonObject spec, List<FieldError> errors)
    {
        var schemas = JsonAccess.Objects(spec.Array("versions")).Select(v => v.Object("schema")?.Object("openAPIV3Schema")).ToArray();
        // A schema that all versions share is named once.
        var shared = schemas.All(s => s is not null && JsonNode.DeepEquals(s, schemas[0]));
        for (var i = 0; i < (shared ? Math.Min(1, schemas.Length) : schemas.Length); i++)
        {
            if (schemas[i] is not { } schema) continue;
            var path = shared ? "spec.validation.openAPIV3Schema" : $"spec.versions[{i}].schema.openAPIV3Schema";
            if (schema.Text("type") is null or "") errors.Add(FieldError.Required($"{path}.type", "must not be empty at the root"));
            else if (schema.Text("type") != "object") errors.Add(FieldError.Invalid($"{path}.type", ObjectValidation.Quote(schema.Text("type")!), "must be object at the root"));
            Structure(schema, path, errors, root: true);
        }
    }

    private static void Structure(JsonObject schema, string path, List<FieldError> errors, bool root)
    {
        Rules(schema, path, errors, root);
        Unsupported(schema, path, errors);
        ListType(schema, path, errors);
        StructuralRules.Check(schema, path, errors);
        if (root && schema.Object("properties")?["metadata"] is JsonObject metadata && (metadata.Object("properties") ?? []).Any(p => p.Key is not ("name" or "generateName")))
            errors.Add(FieldError.Forbidden($"{path}.properties[metadata]", "must not specify anything other than name and generateName, but metadata is implicitly specified"));
        if (schema.Object("properties") is not null && schema.Object("additionalProperties") is not null)
            errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive"));
        foreach (var (name, value) in schema.Object("properties") ?? [])
            if (value is JsonObject inner) Member(inner, $"{path}.properties[{name}]", "must not be empty for specified object fields", errors);
        if (schema.Object("items") is { } items) Member(items, $"{path}.items", "must not be empty for specified array items", errors);
        else if (schema.Text("type") == "array") errors.Add(FieldError.Required($"{path}.items", "must be specified"));
        if (schema.Object("additionalProperties") is { } additional) Member(additional, $"{path}.additionalProperties", "must not be empty for specified object fields", errors);
    }

    /// <summary>What OpenAPI knows and structural schemas do not.</summary>
    private static void Unsupported(JsonObject schema, string path, List<FieldError> errors)
    {
        foreach (var word in new[] { "$ref", "id", "definitions", "dependencies", "patternProperties", "additionalItems" })
            if (schema[word] is not null) errors.Add(FieldError.Forbidden($"{path}.{word}", $"{word} is not supported"));
        if (schema.Flag("uniqueItems") == true) errors.Add(FieldError.Forbidden($"{path}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        if (schema.Flag("x-kubernetes-preserve-unknown-fields") == false) errors.Add(FieldError.Invalid($"{path}.x-kubernetes-preserve-unknown-fields", "false", "must be true or undefined"));
    }

    private static void ListType(JsonObject schema, string path, List<FieldError> errors)
    {
        var type = schema.Text("x-kubernetes-list-type");
        var keys = schema.Array("x-kubernetes-list-map-keys") is { Count: > 0 };
        if (type is not null && schema.Text("type") != "array") errors.Add(FieldError.Invalid($"{path}.type", ObjectValidation.Quote(schema.Text("type") ?? ""), "must be array if x-kubernetes-list-type is specified"));
        if (type is not (null or "atomic" or "set" or "map")) errors.Add(FieldError.NotSupported($"{path}.x-kubernetes-list-type", ObjectValidation.Quote(type), ["atomic", "map", "set"]));
        if (keys && type is null) errors.Add(FieldError.Required($"{path}.x-kubernetes-list-type", "must be map if x-kubernetes-list-map-keys is non-empty"));
        else if (keys && type != "map") errors.Add(FieldError.Invalid($"{path}.x-kubernetes-list-type", ObjectValidation.Quote(type!), "must be map if x-kubernetes-list-map-keys is non-empty"));
        if (type != "map") return;
        if (!keys) errors.Add(FieldError.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
        if (schema.Object("items") is { } items && items.Text("type") is { } inner and not "object")
            errors.Add(FieldError.Invalid($"{path}.items.type", ObjectValidation.Quote(inner), "must be object if parent array's x-kubernetes-list-type is map"));
    }

    private static void Member(JsonObject schema, string path, string empty, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(schema.Text("type")) && schema.Flag("x-kubernetes-int-or-string") != true && schema.Flag("x-kubernetes-preserve-unknown-fields") != true)
            errors.Add(FieldError.Required($"{path}.type", empty));
        Structure(schema, path, errors, root: false);
    }

    private static void Rules(JsonObject schema, string path, List<FieldError> errors, bool root)
    {
        var rules = JsonAccess.Objects(schema.Array("x-kubernetes-validations")).ToArray();
        if (rules.Length == 0) return;
        var shape = root ? CustomResourceDefinitions.RuleView(StructuralSchema.Compile(schema).Fields) : StructuralSchema.Compile(schema);
        for (var i = 0; i < rules.Length; i++)
        {
            var at = $"{path}.x-kubernetes-validations[{i}]";
            if (string.IsNullOrWhiteSpace(rules[i].Text("rule"))) errors.Add(FieldError.Required($"{at}.rule", "rule is not specified"));
            else if (Problem(() => CelRule.Compile(Without(rules[i], "messageExpression"), shape), rules[i].Text("rule")!) is { } wrong) errors.Add(FieldError.Invalid($"{at}.rule", Shown(rules[i]), wrong));
            else if (rules[i].Text("messageExpression") is { Length: > 0 } message && Problem(() => CelRule.Compile(rules[i], shape), message) is { } unclear)
                errors.Add(FieldError.Invalid($"{at}.messageExpression", Shown(rules[i]), unclear.Replace("compilation failed", "messageExpression compilation failed", StringComparison.Ordinal)));
            if (rules[i].Text("message") is { } text && text.Contains('\n', StringComparison.Ordinal)) errors.Add(FieldError.Invalid($"{at}.message", ObjectValidation.Quote(text), "message must not contain line breaks"));
        }
    }

    private static JsonObject Without(JsonObject rule, string name)
    {
        var copy = rule.Clone();
        copy.Remove(name);
        return copy;
    }

    private static string? Problem(Action compile, string text)
    {
        try
        {
            compile();
            return null;
        }
        catch (CelCompileException exception)
        {
            return $"compilation failed: {exception.Describe(text)}";
        }
        catch (CelTypeException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The rule as Go's JSON encoder shows its structure (with its escapes for HTML).</summary>
    private static string Shown(JsonObject rule)
    {
        var shown = new JsonObject
        {
            ["Rule"] = rule.Text("rule") ?? "",
            ["Message"] = rule.Text("message") ?? "",
            ["MessageExpression"] = rule.Text("messageExpression") ?? "",
            ["Reason"] = rule.Text("reason"),
            ["FieldPath"] = rule.Text("fieldPath") ?? "",
            ["OptionalOldSelf"] = rule["optionalOldSelf"]?.DeepClone(),
        };
        return Encoding.UTF8.GetString(JsonText.Write(shown)).Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
    }
}
