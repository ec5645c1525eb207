namespace Weft.Istio.Admission;

/// <summary>The selectors of the networking kinds, whose labels stand in <c>labels</c>.</summary>
internal static class WorkloadSelectors
{
    /// <summary>Begins the findings of an object: a selector without labels is allowed but holds for the whole namespace.</summary>
    public static Findings Warned(Spec spec, string kind)
    {
        var findings = new Findings();
        var selector = spec.Message("workloadSelector");
        if (selector.Exists && !selector.TextMap("labels").Any())
        {
            findings.Warning($"{kind}: workload selector specified without labels, will be applied to all services in namespace");
        }

        return findings;
    }
}
