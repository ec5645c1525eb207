using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>TrafficExtension, the successor of WasmPlugin: what its schema does not say of where it attaches. No proxy of ours runs one, which the writer is told.</summary>
internal static class TrafficExtensionRules
{
    public static Findings Check(ConfigObject item)
    {
        var findings = Labels.CheckAttachment(item.Spec);
        findings.Warning(NotEnforced.Warning(item.Kind));
        return findings;
    }
}
