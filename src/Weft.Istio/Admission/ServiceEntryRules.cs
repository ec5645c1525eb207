using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;
using Weft.Istio.Mesh;

namespace Weft.Istio.Admission;

/// <summary>ServiceEntry: which endpoints and addresses go with which resolution.</summary>
internal static class ServiceEntryRules
{
    private const string AutoAllocate = "networking.istio.io/enable-autoallocate-ip";

    public static Findings Check(ConfigObject item)
    {
        var spec = item.Spec;
        var findings = Labels.CheckSelector(spec.Message("workloadSelector"), "labels");
        if (findings.HasErrors)
        {
            return findings;
        }

        findings = WorkloadSelectors.Warned(spec, "service entry");
        findings.ErrorIf(spec.Message("workloadSelector").Exists && spec.Has("endpoints"), "only one of WorkloadSelector or Endpoints is allowed in Service Entry");
        var resolution = spec.Text("resolution") is { Length: > 0 } given ? given : "NONE";
        CheckHosts(spec, findings);
        CheckAddresses(spec, resolution, findings);
        CheckPorts(item, resolution, findings);
        CheckResolution(spec, resolution, findings);
        if (resolution != "NONE" && spec.Texts("hosts").Count > 1)
        {
            // Plain TCP does not say which host is meant.
            var isAmbiguous = spec.Messages("ports").Select(port => PortProtocols.Parse(port.Text("protocol"))).Any(protocol => !protocol.IsHttp() && !protocol.IsTls());
            findings.ErrorIf(isAmbiguous, "multiple hosts provided with non-HTTP, non-TLS ports");
        }

        findings.Add(ExportTo.Check(item, mayBeHidden: true));
        return findings;
    }

    private static void CheckHosts(Spec spec, Findings findings)
    {
        findings.ErrorIf(!spec.Has("hosts"), "service entry must have at least one host");
        foreach (var host in spec.Texts("hosts"))
        {
            if (host == "*")
            {
                findings.Error($"invalid host {host}");
                continue;
            }

            findings.Error(Hosts.NameOrWildcard(host));
            if (Hosts.PartialWildcard(host) is { } partial)
            {
                findings.Warning(partial);
            }
        }
    }

    private static void CheckAddresses(Spec spec, string resolution, Findings findings)
    {
        var addresses = spec.Texts("addresses");
        foreach (var address in addresses)
        {
            findings.Error(Hosts.AddressOrBlock(address));
        }

        findings.ErrorIf(
            addresses.Any(address => address.Contains('/', StringComparison.Ordinal)) && resolution is not ("NONE" or "STATIC"),
            "CIDR addresses are allowed only for NONE/STATIC resolution types");
    }

    private static void CheckPorts(ConfigObject item, string resolution, Findings findings)
    {
        var needsAddress = !item.Spec.Has("addresses") && !IsAllocated(item, resolution);
        var names = new HashSet<string>();
        var numbers = new HashSet<double>();
        foreach (var port in item.Spec.Messages("ports"))
        {
            if (!port.Exists)
            {
                findings.Error("service entry port may not be null");
                continue;
            }

            var (name, number, protocol) = (port.Text("name"), port.Number("number"), port.Text("protocol"));
            findings.ErrorIf(!names.Add(name), $"service entry port name {GoText.Quote(name)} already defined");
            findings.ErrorIf(!numbers.Add(number), $"service entry port {GoText.Integer(number)} already defined");
            findings.Error(port.Number("targetPort") is not 0 and var target ? Values.Port(target) : null);
            if (needsAddress && protocol is "" or "TCP")
            {
                findings.Warning("addresses are required for ports serving TCP (or unset) protocol when IP Autoallocation is not enabled");
            }

            findings.Error(Values.PortName(name));
            findings.Error(Values.Protocol(protocol));
            findings.Error(Values.Port(number));
        }
    }

    /// <summary>The control plane gives the hosts addresses of its own, so that TCP connections to them can be told apart.</summary>
    private static bool IsAllocated(ConfigObject item, string resolution) =>
        resolution != "NONE"
        && !string.Equals(item.Label(AutoAllocate), "false", StringComparison.OrdinalIgnoreCase)
        && item.Spec.Texts("hosts").Any(host => !Hostname.IsWildcard(host));

    private static void CheckResolution(Spec spec, string resolution, Findings findings)
    {
        var endpoints = spec.Messages("endpoints");
        var ports = spec.Messages("ports").Select(port => port.Text("name")).ToHashSet();
        switch (resolution)
        {
            case "NONE":
                findings.ErrorIf(endpoints.Count > 0, "no endpoints should be provided for resolution type none");
                if (spec.Message("workloadSelector").Exists)
                {
                    findings.Warning("workloadSelector should not be set when resolution mode is NONE");
                }

                break;
            case "STATIC":
                CheckEndpoints(endpoints, endpoint => findings.Add(WorkloadEntryRules.Check(endpoint, ports, allowsNames: false)), findings);
                break;
            case "DNS" or "DNS_ROUND_ROBIN":
                CheckDns(spec, resolution, ports, findings);
                break;
            case "DYNAMIC_DNS":
                CheckDynamicDns(spec, findings);
                break;
            default:
                findings.Error($"unsupported resolution type {resolution}");
                break;
        }
    }

    private static void CheckEndpoints(IReadOnlyList<Spec> endpoints, Action<Spec> check, Findings findings)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Exists)
            {
                check(endpoint);
            }
            else
            {
                findings.Error("endpoint cannot be nil");
            }
        }
    }

    private static void CheckDns(Spec spec, string resolution, HashSet<string> ports, Findings findings)
    {
        var endpoints = spec.Messages("endpoints");
        if (endpoints.Count == 0)
        {
            foreach (var problem in spec.Texts("hosts").Select(Hosts.Name).OfType<string>())
            {
                findings.Error($"hosts must be FQDN or contain only prefix wildcards if no endpoints are provided for resolution mode {resolution}, {problem}");
            }
        }

        findings.ErrorIf(resolution == "DNS_ROUND_ROBIN" && endpoints.Count > 1, $"there must only be 0 or 1 endpoint for resolution mode {resolution}");
        CheckEndpoints(endpoints, endpoint => CheckDnsEndpoint(endpoint, ports, findings), findings);
        var firstTcp = spec.Messages("ports").Any(port => PortProtocols.Parse(port.Text("protocol")).IsTcp());
        if (spec.Has("addresses") && firstTcp && spec.Texts("hosts").Count > 1)
        {
            findings.Warning("service entry can not have more than one host specified simultaneously with address and tcp port");
        }
    }

    private static void CheckDnsEndpoint(Spec endpoint, HashSet<string> ports, Findings findings)
    {
        var address = endpoint.Text("address");
        findings.ErrorIf(
            !Hosts.IsAddress(address) && Hosts.Name(address) is not null, $"endpoint address {GoText.Quote(address)} is not a valid FQDN or an IP address");
        findings.Add(Labels.Check(endpoint.TextMap("labels")));
        WorkloadEntryRules.CheckPorts(endpoint, ports, findings);
    }

    /// <summary>Names are resolved as requests come: nothing but wildcard hosts, and protocols that name the host.</summary>
    private static void CheckDynamicDns(Spec spec, Findings findings)
    {
        foreach (var host in spec.Texts("hosts"))
        {
            findings.ErrorIf(!Hostname.IsWildcard(host), "host must be wildcarded for resolution mode DYNAMIC_DNS");
        }

        findings.ErrorIf(spec.Has("endpoints"), "no endpoints should be provided for resolution mode DYNAMIC_DNS");
        findings.ErrorIf(spec.Has("addresses"), "no addresses should be provided for resolution mode DYNAMIC_DNS");
        foreach (var protocol in spec.Messages("ports").Select(port => port.Text("protocol")))
        {
            var parsed = PortProtocols.Parse(protocol);
            findings.ErrorIf(!parsed.IsHttp() && !parsed.IsTls(), $"protocol {protocol} is not supported for resolution mode DYNAMIC_DNS");
        }
    }
}
