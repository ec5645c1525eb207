using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Rules of the kinds that say who may do what, and how much of something there must be.</summary>
internal static class PolicyValidation
{
    private const string RbacGroup = "rbac.authorization.k8s.io";

    public static void Role(JsonObject item, bool isNamespaced, List<FieldError> errors)
    {
        var rules = JsonAccess.Objects(item.Array("rules")).ToArray();
        for (var i = 0; i < rules.Length; i++) Rule(rules[i], $"rules[{i}]", isNamespaced, errors);
        if (item.Object("aggregationRule") is not { } aggregation) return;
        var selectors = JsonAccess.Objects(aggregation.Array("clusterRoleSelectors")).ToArray();
        if (selectors.Length == 0) errors.Add(FieldError.Required("aggregationRule.clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil"));
        for (var i = 0; i < selectors.Length; i++) SelectorRules.Selector(selectors[i], $"aggregationRule.clusterRoleSelectors[{i}]", errors);
    }

    public static void Binding(JsonObject item, JsonObject? before, bool isNamespaced, List<FieldError> errors)
    {
        var role = item.Object("roleRef") ?? [];
        if (role.Text("apiGroup") is var group && group != RbacGroup) errors.Add(FieldError.NotSupported("roleRef.apiGroup", ObjectValidation.Quote(group ?? ""), [RbacGroup]));
        string[] kinds = isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
        if (!kinds.Contains(role.Text("kind"))) errors.Add(FieldError.NotSupported("roleRef.kind", ObjectValidation.Quote(role.Text("kind") ?? ""), kinds));
        if (string.IsNullOrEmpty(role.Text("name"))) errors.Add(FieldError.Required("roleRef.name", ""));
        var subjects = JsonAccess.Objects(item.Array("subjects")).ToArray();
        for (var i = 0; i < subjects.Length; i++) Subject(subjects[i], $"subjects[{i}]", isNamespaced, errors);
        if (before is not null && !JsonNode.DeepEquals(before["roleRef"], item["roleRef"])) errors.Add(FieldError.Invalid("roleRef", Shown(role), "cannot change roleRef"));
    }

    public static void DisruptionBudget(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        if (spec["minAvailable"] is { } least && spec["maxUnavailable"] is { } most)
        {
            var shown = new JsonObject { ["MinAvailable"] = least.DeepClone(), ["Selector"] = spec["selector"]?.DeepClone(), ["MaxUnavailable"] = most.DeepClone(), ["UnhealthyPodEvictionPolicy"] = spec["unhealthyPodEvictionPolicy"]?.DeepClone() };
            errors.Add(FieldError.Invalid("spec", Json(shown), "minAvailable and maxUnavailable cannot be both set"));
        }

        SelectorRules.Selector(spec.Object("selector"), "spec.selector", errors);
        foreach (var field in new[] { "minAvailable", "maxUnavailable" }) WorkloadValidation.CountOrPercent(spec[field], $"spec.{field}", errors);
    }

    public static void Autoscaler(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        var (least, most) = (spec.Number("minReplicas") ?? 1, spec.Number("maxReplicas") ?? 0);
        if (least < 1) errors.Add(FieldError.Invalid("spec.minReplicas", Text(least), "must be greater than or equal to 1"));
        if (most < 1) errors.Add(FieldError.Invalid("spec.maxReplicas", Text(most), "must be greater than 0"));
        if (least > most) errors.Add(FieldError.Invalid("spec.maxReplicas", Text(most), "must be greater than or equal to `minReplicas`"));
        foreach (var field in new[] { "kind", "name" })
            if (string.IsNullOrEmpty(spec.Object("scaleTargetRef")?.Text(field))) errors.Add(FieldError.Required($"spec.scaleTargetRef.{field}", ""));
    }

    public static void Lease(JsonObject item, List<FieldError> errors)
    {
        var spec = item.Object("spec") ?? [];
        if (spec.Number("leaseDurationSeconds") is <= 0 and var duration) errors.Add(FieldError.Invalid("spec.leaseDurationSeconds", Text(duration), "must be greater than 0"));
        if (spec.Number("leaseTransitions") is < 0 and var transitions) errors.Add(FieldError.Invalid("spec.leaseTransitions", Text(transitions), "must be greater than or equal to 0"));
    }

    private static void Rule(JsonObject rule, string path, bool isNamespaced, List<FieldError> errors)
    {
        if (Empty(rule, "verbs")) errors.Add(FieldError.Required($"{path}.verbs", "verbs must contain at least one value"));
        if (!Empty(rule, "nonResourceURLs"))
        {
            var urls = Json(rule["nonResourceURLs"]);
            if (isNamespaced) errors.Add(FieldError.Invalid($"{path}.nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs"));
            if (!Empty(rule, "apiGroups") || !Empty(rule, "resources") || !Empty(rule, "resourceNames"))
                errors.Add(FieldError.Invalid($"{path}.nonResourceURLs", urls, "rules cannot apply to both regular resources and non-resource URLs"));
            return;
        }

        if (Empty(rule, "apiGroups")) errors.Add(FieldError.Required($"{path}.apiGroups", "resource rules must supply at least one api group"));
        if (Empty(rule, "resources")) errors.Add(FieldError.Required($"{path}.resources", "resource rules must supply at least one resource"));
    }

    private static void Subject(JsonObject subject, string path, bool isNamespaced, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(subject.Text("name"))) errors.Add(FieldError.Required($"{path}.name", ""));
        var group = subject.Text("apiGroup") ?? "";
        switch (subject.Text("kind"))
        {
            case "ServiceAccount":
                if (group.Length > 0) errors.Add(FieldError.NotSupported($"{path}.apiGroup", ObjectValidation.Quote(group), [""]));
                if (!isNamespaced && string.IsNullOrEmpty(subject.Text("namespace"))) errors.Add(FieldError.Required($"{path}.namespace", ""));
                break;
            case "User" or "Group":
                if (group != RbacGroup) errors.Add(FieldError.NotSupported($"{path}.apiGroup", ObjectValidation.Quote(group), [RbacGroup]));
                break;
            case var kind:
                errors.Add(FieldError.NotSupported($"{path}.kind", ObjectValidation.Quote(kind ?? ""), ["ServiceAccount", "User", "Group"]));
                break;
        }
    }

    private static bool Empty(JsonObject rule, string list) => rule.Array(list) is null or { Count: 0 };

    private static string Shown(JsonObject role) =>
        Json(new JsonObject { ["APIGroup"] = role.Text("apiGroup") ?? "", ["Kind"] = role.Text("kind") ?? "", ["Name"] = role.Text("name") ?? "" });

    private static string Json(JsonNode? node) => Encoding.UTF8.GetString(JsonText.Write(node));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
