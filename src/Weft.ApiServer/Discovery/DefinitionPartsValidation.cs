using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>The parts of a definition beside its schemas: subresources, printer columns, conversion, and what may never change.</summary>
internal static class DefinitionPartsValidation
{
    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] ColumnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    public static void Validate(JsonObject spec, List<FieldError> errors)
    {
        var versions = JsonAccess.Objects(spec.Array("versions")).ToArray();
        Each(versions, "subresources", (value, path) => Subresources(value as JsonObject ?? [], path, errors));
        Each(versions, "additionalPrinterColumns", (value, path) => Columns(value as JsonArray ?? [], path, errors));
        Conversion(spec.Object("conversion") ?? [], errors);
        if (spec.Flag("preserveUnknownFields") == true) errors.Add(FieldError.Invalid("spec.preserveUnknownFields", "true", "must be false"));
    }

    /// <summary>The name of the resource never changes; its kind and scope not once it is served.</summary>
    public static void Update(JsonObject item, JsonObject before, List<FieldError> errors)
    {
        var (spec, old) = (item.Object("spec") ?? [], before.Object("spec") ?? []);
        var established = JsonAccess.Objects(before.Object("status")?.Array("conditions")).Any(c => c.Text("type") == "Established" && c.Text("status") == "True");
        if (established)
        {
            Same("spec.scope", old.Text("scope"), spec.Text("scope"));
            Same("spec.names.kind", old.TextAt("names", "kind"), spec.TextAt("names", "kind"));
        }

        Same("spec.group", old.Text("group"), spec.Text("group"));
        Same("spec.names.plural", old.TextAt("names", "plural"), spec.TextAt("names", "plural"));

        void Same(string field, string? was, string? now)
        {
            if ((was ?? "") != (now ?? "")) errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(now ?? ""), "field is immutable"));
        }
    }

    /// <summary>What all versions share is named once, at the definition itself.</summary>
    private static void Each(JsonObject[] versions, string part, Action<JsonNode, string> check)
    {
        if (versions.Length > 0 && versions.All(v => JsonNode.DeepEquals(v[part], versions[0][part])))
        {
            if (versions[0][part] is { } shared) check(shared, $"spec.{part}");
            return;
        }

        for (var i = 0; i < versions.Length; i++)
            if (versions[i][part] is { } own) check(own, $"spec.versions[{i}].{part}");
    }

    private static void Subresources(JsonObject subresources, string path, List<FieldError> errors)
    {
        if (subresources.Object("scale") is not { } scale) return;
        Under("specReplicasPath", ".spec.", "should be a json path under .spec");
        Under("statusReplicasPath", ".status.", "should be a json path under .status");
        if (scale.Text("labelSelectorPath") is not { Length: > 0 } selector) return;
        if (!Simple(selector, $"{path}.scale.labelSelectorPath", errors)) return;
        if (!selector.StartsWith(".spec.", StringComparison.Ordinal) && !selector.StartsWith(".status.", StringComparison.Ordinal))
            errors.Add(FieldError.Invalid($"{path}.scale.labelSelectorPath", ObjectValidation.Quote(selector), "should be a json path under either .status or .spec"));

        void Under(string field, string root, string message)
        {
            var value = scale.Text(field) ?? "";
            var at = $"{path}.scale.{field}";
            if (value.Length == 0) errors.Add(FieldError.Required(at, ""));
            else if (Simple(value, at, errors) && !value.StartsWith(root, StringComparison.Ordinal)) errors.Add(FieldError.Invalid(at, ObjectValidation.Quote(value), message));
        }
    }

    private static void Columns(JsonArray columns, string path, List<FieldError> errors)
    {
        var all = JsonAccess.Objects(columns).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            var at = $"{path}[{i}]";
            if (string.IsNullOrEmpty(all[i].Text("name"))) errors.Add(FieldError.Required($"{at}.name", ""));
            var types = $"must be one of {string.Join(',', ColumnTypes)}";
            if (all[i].Text("type") is not { Length: > 0 } type) errors.Add(FieldError.Required($"{at}.type", types));
            else if (!ColumnTypes.Contains(type)) errors.Add(FieldError.Invalid($"{at}.type", ObjectValidation.Quote(type), types));
            if (all[i].Text("format") is { Length: > 0 } format && !ColumnFormats.Contains(format))
                errors.Add(FieldError.Invalid($"{at}.format", ObjectValidation.Quote(format), $"must be one of {string.Join(',', ColumnFormats)}"));
            if (all[i].Text("jsonPath") is not { Length: > 0 } json) errors.Add(FieldError.Required($"{at}.JSONPath", ""));
            else Simple(json, $"{at}.JSONPath", errors);
        }
    }

    private static bool Simple(string path, string field, List<FieldError> errors)
    {
        if (path[0] == '.') return true;
        errors.Add(FieldError.Invalid(field, ObjectValidation.Quote(path), "must be a simple json path starting with ."));
        return false;
    }

    private static void Conversion(JsonObject conversion, List<FieldError> errors)
    {
        var strategy = conversion.Text("strategy") ?? "None";
        if (strategy is not ("None" or "Webhook")) errors.Add(FieldError.NotSupported("spec.conversion.strategy", ObjectValidation.Quote(strategy), ["None", "Webhook"]));
        else if (strategy == "Webhook" && conversion.Object("webhook")?.Object("clientConfig") is null)
            errors.Add(FieldError.Required("spec.conversion.webhookClientConfig", "required when strategy is set to Webhook"));
    }
}
