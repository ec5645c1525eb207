using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of labels and of selectors of labels, wherever they stand in an object.</summary>
internal static class SelectorRules
{
    public static void Labels(JsonObject? labels, string path, List<FieldError> errors)
    {
        foreach (var (key, value) in labels ?? [])
        {
            foreach (var message in LabelSyntax.Key(key)) errors.Add(FieldError.Invalid(path, ObjectValidation.Quote(key), message));
            foreach (var message in LabelSyntax.Value(value?.ToString() ?? "")) errors.Add(FieldError.Invalid(path, ObjectValidation.Quote(value?.ToString() ?? ""), message));
        }
    }

    /// <summary>A LabelSelector: equalities and expressions. One that is absent is right.</summary>
    public static void Selector(JsonObject? selector, string path, List<FieldError> errors)
    {
        Labels(selector?.Object("matchLabels"), $"{path}.matchLabels", errors);
        var index = 0;
        foreach (var expression in JsonAccess.Objects(selector?.Array("matchExpressions")))
            Expression(expression, $"{path}.matchExpressions[{(index++).ToString(CultureInfo.InvariantCulture)}]", errors);
    }

    private static void Expression(JsonObject expression, string path, List<FieldError> errors)
    {
        var values = (expression.Array("values") ?? []).Select(v => v?.ToString() ?? "").ToArray();
        switch (expression.Text("operator"))
        {
            case "In" or "NotIn" when values.Length == 0:
                errors.Add(FieldError.Required($"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"));
                break;
            case "Exists" or "DoesNotExist" when values.Length > 0:
                errors.Add(FieldError.Forbidden($"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                break;
            case "In" or "NotIn" or "Exists" or "DoesNotExist":
                break;
            case var other:
                errors.Add(FieldError.Invalid($"{path}.operator", ObjectValidation.Quote(other ?? ""), "not a valid selector operator"));
                break;
        }

        var key = expression.Text("key") ?? "";
        foreach (var message in LabelSyntax.Key(key)) errors.Add(FieldError.Invalid($"{path}.key", ObjectValidation.Quote(key), message));
        for (var i = 0; i < values.Length; i++)
            foreach (var message in LabelSyntax.Value(values[i])) errors.Add(FieldError.Invalid($"{path}.values[{i.ToString(CultureInfo.InvariantCulture)}]", ObjectValidation.Quote(values[i]), message));
    }
}
