using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>
/// Evaluates the rules of a custom resource's schema on an object, in Kubernetes' words. Rules that fail on an update are forgiven where the value
/// is what it was (ratcheting); transition rules see the old value, which items of keyed lists have by their keys and other list items never have.
/// </summary>
internal sealed class CelValidation(List<FieldError> errors)
{
    private const long CostPerRule = 1_000_000;
    private const long CostPerObject = 10_000_000;

    private readonly CelBudget _total = new(CostPerObject);

    public static void Validate(JsonObject item, JsonObject? before, SchemaNode schema, List<FieldError> errors) =>
        new CelValidation(errors).Visit(item, before, schema, "");

    private void Visit(JsonNode? value, JsonNode? old, SchemaNode schema, string path)
    {
        if (value is null || !schema.HasRules) return;
        foreach (var rule in schema.Rules) Run(rule, value, old, schema, path);
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, inner) in map.OrderBy(p => p.Key, StringComparer.Ordinal)) Member(name, inner, old as JsonObject, schema, path);
                break;
            case JsonArray list when schema.Items is not null:
                for (var i = 0; i < list.Count; i++)
                    Visit(list[i], Correlated(list[i], old as JsonArray, schema), schema.Items, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]");
                break;
        }
    }

    private void Member(string name, JsonNode? value, JsonObject? old, SchemaNode schema, string path)
    {
        if (schema.Fields.TryGetValue(name, out var field)) Visit(value, old?[name], field.Node, path.Length == 0 ? name : $"{path}.{name}");
        else if (schema is { Kind: SchemaKind.Map, Items: { } items }) Visit(value, old?[name], items, $"{path}[{name}]");
    }

    private static JsonNode? Correlated(JsonNode? item, JsonArray? old, SchemaNode schema)
    {
        if (old is null || schema.ListKind != ListKind.Map) return null;
        var element = Patching.FieldSet.Element(item, schema);
        return old.FirstOrDefault(o => Patching.FieldSet.Element(o, schema) == element);
    }

    private void Run(CelRule rule, JsonNode value, JsonNode? old, SchemaNode schema, string path)
    {
        if (_total.IsSpent || (rule.IsTransition && old is null && !rule.OptionalOldSelf)) return;
        if (!rule.IsTransition && old is not null && JsonNode.DeepEquals(value, old)) return;
        var scope = new CelScope("self", CelJson.ToCel(value, schema), null);
        if (rule.OptionalOldSelf) scope = new CelScope("oldSelf", old is null ? CelOptional.None : new CelOptional(true, CelJson.ToCel(old, schema)), scope);
        else if (old is not null) scope = new CelScope("oldSelf", CelJson.ToCel(old, schema), scope);
        try
        {
            var fits = new CelEvaluator(new CelBudget(CostPerRule)).Evaluate(rule.Expression, scope);
            _total.Spend(1);
            if (fits is not true) errors.Add(Failure(rule, value, path, MessageOf(rule, scope)));
        }
        catch (CelException exception)
        {
            errors.Add(FieldError.Invalid(path.Length == 0 ? "<nil>" : path, $"\"{TypeName(value, schema)}\"", Explain(exception.Message, rule)));
        }
    }

    private static string Explain(string error, CelRule rule)
    {
        if (error.StartsWith("no such overload", StringComparison.Ordinal))
            return $"'{error}': call arguments did not match a supported operator, function or macro signature for rule: {rule.Shown}";
        return error.StartsWith("operation cancelled: actual cost limit exceeded", StringComparison.Ordinal)
            ? $"'{error}': no further validation rules will be run due to call cost exceeds limit for rule: {rule.Shown}"
            : $"{error} evaluating rule: {rule.Shown}";
    }

    private static string MessageOf(CelRule rule, CelScope scope)
    {
        var fallback = rule.Message.Length > 0 ? rule.Message : $"failed rule: {rule.Rule}";
        if (rule.MessageExpression is null) return fallback;
        try
        {
            var text = (new CelEvaluator(new CelBudget(CostPerRule)).Evaluate(rule.MessageExpression, scope) as string)?.Trim() ?? "";
            return text.Length == 0 || text.Contains('\n', StringComparison.Ordinal) ? fallback : text;
        }
        catch (CelException)
        {
            return fallback;
        }
    }

    private static FieldError Failure(CelRule rule, JsonNode value, string path, string message)
    {
        var field = path + (rule.FieldPath.StartsWith('[') || path.Length > 0 ? rule.FieldPath : rule.FieldPath.TrimStart('.'));
        if (field.Length == 0) field = "<nil>";
        var shown = value is JsonObject or JsonArray ? "" : Encoding.UTF8.GetString(JsonText.Write(value));
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(field, message),
            "FieldValueRequired" => FieldError.Required(field, message),
            "FieldValueDuplicate" => FieldError.Duplicate(field, shown),
            _ => shown.Length == 0 ? new FieldError(field, "FieldValueInvalid", $"Invalid value: {message}") : FieldError.Invalid(field, shown, message),
        };
    }

    private static string TypeName(JsonNode value, SchemaNode schema) => schema.OpenApi?.Text("type") ?? value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch { JsonValueKind.String => "string", JsonValueKind.Number => "number", _ => "boolean" },
    };
}
