using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>The rules of apps/v1 for what makes pods from a template.</summary>
internal static class WorkloadValidation
{
    private const string Percent = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    private static readonly string[] StatefulSetChanges = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "selector"];

    public static void Validate(JsonObject item, JsonObject? before, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        NotNegative(spec, "replicas", errors);
        var selector = spec.Object("selector");
        var labels = spec.Object("template")?.Object("metadata")?.Object("labels");
        if (selector is null)
            errors.Add(FieldError.Required("spec.selector", ""));
        else if (selector.Count == 0)
            errors.Add(FieldError.Invalid("spec.selector", "{}", $"empty selector is invalid for {Kind(item)}"));
        SelectorRules.Selector(selector, "spec.selector", errors);
        if (selector is null || !Matches(selector, labels))
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", Json(labels), "`selector` does not match template `labels`"));
        SelectorRules.Labels(labels, "spec.template.labels", errors);
        PodValidation.Spec(spec.Object("template")?.Object("spec") ?? [], "spec.template.spec", errors);
        RestartPolicy(spec, errors);
        if (item.Text("kind") == "Deployment") Deployment(spec, errors);
        if (item.Text("kind") == "StatefulSet") StatefulSet(spec, errors);
        if (item.Text("kind") == "DaemonSet" && spec.TextAt("updateStrategy", "type") is { Length: > 0 } type and not ("RollingUpdate" or "OnDelete"))
            errors.Add(FieldError.NotSupported("spec.updateStrategy.type", ObjectValidation.Quote(type), ["RollingUpdate", "OnDelete"]));
        if (before is not null && !JsonNode.DeepEquals(before.Object("spec")?.Object("selector"), selector))
            errors.Add(FieldError.Invalid("spec.selector", Json(selector), "field is immutable"));
    }

    /// <summary>ReplicaSets are refused in the words of Deployments.</summary>
    private static string Kind(JsonObject item) => item.Text("kind") switch { "StatefulSet" => "statefulset", "DaemonSet" => "daemonset", _ => "deployment" };

    public static void StatefulSetUpdate(JsonObject before, JsonObject after, List<FieldError> errors)
    {
        if (before.Select(p => p.Key).Union(after.Select(p => p.Key)).Except(StatefulSetChanges).All(name => JsonNode.DeepEquals(before[name], after[name]))) return;
        errors.Add(FieldError.Forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
    }

    private static void RestartPolicy(JsonObject spec, List<FieldError> errors)
    {
        var policy = spec.At("template", "spec", "restartPolicy")?.ToString() ?? "Always";
        if (policy is "OnFailure" or "Never")
            errors.Add(FieldError.NotSupported("spec.template.spec.restartPolicy", ObjectValidation.Quote(policy), ["Always"]));
    }

    private static void StatefulSet(JsonObject spec, List<FieldError> errors)
    {
        if (spec.Text("podManagementPolicy") is { Length: > 0 } policy and not ("OrderedReady" or "Parallel"))
            errors.Add(FieldError.Invalid("spec.podManagementPolicy", ObjectValidation.Quote(policy), "must be 'OrderedReady' or 'Parallel'"));
        if (spec.TextAt("updateStrategy", "type") is { Length: > 0 } type and not ("RollingUpdate" or "OnDelete"))
            errors.Add(FieldError.Invalid("spec.updateStrategy", $"{{\"Type\":{ObjectValidation.Quote(type)},\"RollingUpdate\":null}}", "must be 'RollingUpdate' or 'OnDelete'"));
    }

    private static void Deployment(JsonObject spec, List<FieldError> errors)
    {
        if (spec.Object("strategy") is { } strategy) Strategy(strategy, errors);
        NotNegative(spec, "minReadySeconds", errors);
        NotNegative(spec, "revisionHistoryLimit", errors);
        NotNegative(spec, "progressDeadlineSeconds", errors);
        if (spec.Number("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Number("minReadySeconds") ?? 0))
            errors.Add(FieldError.Invalid("spec.progressDeadlineSeconds", deadline.ToString(CultureInfo.InvariantCulture), "must be greater than minReadySeconds"));
    }

    private static void Strategy(JsonObject strategy, List<FieldError> errors)
    {
        var type = strategy.Text("type") ?? "";
        var rolling = strategy.Object("rollingUpdate");
        if (type is not ("Recreate" or "RollingUpdate"))
            errors.Add(FieldError.NotSupported("spec.strategy", $"{{\"Type\":{ObjectValidation.Quote(type)},\"RollingUpdate\":null}}", ["Recreate", "RollingUpdate"]));
        else if (type == "Recreate" && rolling is not null)
            errors.Add(FieldError.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
        else if (rolling is not null)
            RollingUpdate(rolling, errors);
    }

    private static void RollingUpdate(JsonObject rolling, List<FieldError> errors)
    {
        const string unavailable = "spec.strategy.rollingUpdate.maxUnavailable";
        CountOrPercent(rolling["maxUnavailable"], unavailable, errors);
        CountOrPercent(rolling["maxSurge"], "spec.strategy.rollingUpdate.maxSurge", errors);
        if (Size(rolling["maxUnavailable"]) == 0 && Size(rolling["maxSurge"]) == 0)
            errors.Add(FieldError.Invalid(unavailable, Json(rolling["maxUnavailable"]), "may not be 0 when `maxSurge` is 0"));
        if (PercentOf(rolling["maxUnavailable"]) > 100) errors.Add(FieldError.Invalid(unavailable, Json(rolling["maxUnavailable"]), "must not be greater than 100%"));
    }

    public static void CountOrPercent(JsonNode? value, string field, List<FieldError> errors)
    {
        if (value?.GetValueKind() == System.Text.Json.JsonValueKind.String && PercentOf(value) is null)
            errors.Add(FieldError.Invalid(field, Json(value), Percent));
        else if (value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && Size(value) < 0)
            errors.Add(FieldError.Invalid(field, Json(value), "must be greater than or equal to 0"));
    }

    /// <summary>What is no number and no percentage counts as nothing.</summary>
    private static long Size(JsonNode? value) => PercentOf(value) ?? new JsonObject { ["n"] = value?.DeepClone() }.Number("n") ?? 0;

    private static long? PercentOf(JsonNode? value) =>
        value?.ToString() is [.. var digits, '%'] && digits.Length > 0 && digits.All(char.IsAsciiDigit) && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? percent : null;

    public static void NotNegative(JsonObject spec, string field, List<FieldError> errors)
    {
        if (spec.Number(field) is < 0 and var value)
            errors.Add(FieldError.Invalid($"spec.{field}", value.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
    }

    private static string Json(JsonNode? node) => node is null ? "null" : Encoding.UTF8.GetString(JsonText.Write(node));

    private static bool Matches(JsonObject selector, JsonObject? labels)
    {
        foreach (var (key, value) in selector.Object("matchLabels") ?? [])
            if (labels?[key]?.ToString() != value?.ToString()) return false;
        foreach (var expression in JsonAccess.Objects(selector.Array("matchExpressions")))
        {
            var present = labels?[expression.Text("key") ?? ""]?.ToString();
            var values = (expression.Array("values") ?? []).Select(v => v?.ToString()).ToArray();
            var fits = expression.Text("operator") switch
            {
                "In" => present is not null && values.Contains(present),
                "NotIn" => !values.Contains(present),
                "Exists" => present is not null,
                "DoesNotExist" => present is null,
                _ => false,
            };
            if (!fits) return false;
        }

        return true;
    }
}
