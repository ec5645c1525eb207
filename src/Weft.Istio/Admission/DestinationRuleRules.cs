using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>DestinationRule.</summary>
internal static class DestinationRuleRules
{
    public static Findings Check(ConfigObject item)
    {
        var findings = new Findings();
        var spec = item.Spec;
        findings.Error(Hosts.NameOrWildcard(spec.Text("host")));
        findings.Add(TrafficPolicyRules.Check(spec.Message("trafficPolicy"), item.Namespace));
        var names = new HashSet<string>();
        foreach (var subset in spec.Messages("subsets"))
        {
            if (!subset.Exists)
            {
                findings.Error("subset may not be null");
                continue;
            }

            findings.ErrorIf(!names.Add(subset.Text("name")), $"duplicate subset names: {subset.Text("name")}");
            findings.Error(Destinations.SubsetName(subset.Text("name")));
            findings.Add(Labels.Check(subset.TextMap("labels")));
            findings.AddErrorsOf(TrafficPolicyRules.Check(subset.Message("trafficPolicy"), item.Namespace));
        }

        findings.Add(ExportTo.Check(item, staysAtHome: spec.Message("workloadSelector").Exists));
        findings.Add(Labels.CheckSelector(spec.Message("workloadSelector"), "matchLabels"));
        return findings;
    }
}
