using System.Globalization;
using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>PeerAuthentication.</summary>
internal static class PeerAuthenticationRules
{
    public static Findings Check(ConfigObject item)
    {
        var findings = new Findings();
        var selector = item.Spec.Message("selector");
        var ports = item.Spec.MessageMap("portLevelMtls").Select(port => port.Key).ToList();
        findings.ErrorIf(ports.Count > 0 && !selector.TextMap("matchLabels").Any(), "mesh/namespace peer authentication cannot have port level mTLS");
        foreach (var port in ports)
        {
            var isPort = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535;
            findings.ErrorIf(!isPort, "port must be in range 1..65535");
        }

        findings.Add(Labels.CheckSelector(selector, "matchLabels"));
        return findings;
    }
}
