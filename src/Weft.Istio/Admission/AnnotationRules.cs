namespace Weft.Istio.Admission;

/// <summary>Annotations that decide before the object itself is looked at.</summary>
internal static class AnnotationRules
{
    private const string DryRun = "istio.io/dry-run";

    /// <summary>Forces a refusal, or belongs to istiod alone.</summary>
    private static readonly (string Name, string Reason)[] s_forbidden =
    [
        ("internal.istio.io/webhook-always-reject", "rejecting"),
        ("internal.istio.io/parent-namespace", "this may not be set by users"),
        ("internal.istio.io/parents", "this may not be set by users"),
    ];

    /// <summary>Why the object is refused; null when it is not.</summary>
    public static string? Check(ConfigObject item)
    {
        if (item.Annotation(DryRun) is { } value && DryRunRefusal(item, value) is { } refusal)
        {
            return refusal;
        }

        return s_forbidden.Where(each => item.Annotation(each.Name) is not null).Select(each => $"\"{each.Name}\" annotation found, {each.Reason}").FirstOrDefault();
    }

    private static string? DryRunRefusal(ConfigObject item, string value)
    {
        if (item.Kind != "AuthorizationPolicy")
        {
            return $"{item.Namespace}/{item.Name} has unsupported annotation {DryRun}, please remove the annotation";
        }

        var action = item.Spec.Text("action");
        if (action is not ("" or "ALLOW" or "DENY"))
        {
            return $"the annotation {DryRun} currently only supports action ALLOW/DENY, found action {action} in {item.Namespace}/{item.Name}";
        }

        return IsBoolean(value)
            ? null
            : $"{item.Namespace}/{item.Name} has annotation {DryRun} with invalid value ({value}): strconv.ParseBool: parsing \"{value}\": invalid syntax";
    }

    /// <summary>Go's spellings of a truth value.</summary>
    private static bool IsBoolean(string value) =>
        value is "1" or "t" or "T" or "true" or "TRUE" or "True" or "0" or "f" or "F" or "false" or "FALSE" or "False";
}
