using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>ProxyConfig.</summary>
internal static class ProxyConfigRules
{
    public static Findings Check(ConfigObject item)
    {
        var findings = Labels.CheckSelector(item.Spec.Message("selector"), "matchLabels");
        findings.ErrorIf(item.Spec.Number("concurrency") < 0, "concurrency must be greater than or equal to 0");
        return findings;
    }
}
