using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>WorkloadEntry, also as an endpoint of a ServiceEntry.</summary>
internal static class WorkloadEntryRules
{
    public static Findings Check(ConfigObject item) => Check(item.Spec, servicePorts: null, allowsNames: true);

    /// <param name="servicePorts">Names of the ports of the service that it belongs to; null when that is not known.</param>
    /// <param name="allowsNames">Its address may be a name that is resolved later.</param>
    public static Findings Check(Spec workload, HashSet<string>? servicePorts, bool allowsNames)
    {
        var findings = new Findings();
        var (address, network) = (workload.Text("address"), workload.Text("network"));
        if (address.Length == 0 && network.Length == 0)
        {
            findings.Error("address is required");
            return findings;
        }

        if (address.Length == 0)
        {
            findings.Warning($"address is unset with network {GoText.Quote(network)}");
        }
        else
        {
            CheckAddress(workload, address, allowsNames, findings);
        }

        CheckPorts(workload, servicePorts, findings);
        findings.Add(Labels.Check(workload.TextMap("labels")));
        findings.ErrorIf(Hosts.IsUnix(address) && servicePorts is not null && servicePorts.Count != 1, "exactly 1 service port required for unix endpoints");
        return findings;
    }

    public static void CheckPorts(Spec workload, HashSet<string>? servicePorts, Findings findings)
    {
        foreach (var (name, port) in workload.NumberMap("ports"))
        {
            findings.ErrorIf(servicePorts?.Contains(name) == false, $"endpoint port {GoText.Integer(port)} is not defined by the service entry");
            findings.Error(Values.PortName(name));
            findings.Error(Values.Port(port));
        }
    }

    private static void CheckAddress(Spec workload, string address, bool allowsNames, Findings findings)
    {
        if (Hosts.IsUnix(address))
        {
            findings.Error(Hosts.UnixPath(address));
            findings.ErrorIf(workload.NumberMap("ports").Any(), $"unix endpoint {address} must not include ports");
        }
        else if (!Hosts.IsAddress(address))
        {
            findings.Error(!allowsNames ? $"endpoint address {GoText.Quote(address)} is not a valid IP address"
                : Hosts.Name(address) is not null ? $"endpoint address {GoText.Quote(address)} is not a valid FQDN or an IP address"
                : null);
        }
    }
}
