using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;
using Weft.Istio.Mesh;

namespace Weft.Istio.Admission;

/// <summary>A rule of a VirtualService's tls list: routed by server name.</summary>
internal static class TlsRouteRules
{
    public static Findings Check(Spec route, IReadOnlyList<string> hosts, bool atGateway)
    {
        var findings = new Findings();
        if (!route.Exists)
        {
            return findings;
        }

        findings.ErrorIf(!route.Has("match"), "TLS route must have at least one match condition");
        foreach (var match in route.Messages("match"))
        {
            CheckMatch(match, hosts, atGateway, findings);
        }

        findings.ErrorIf(!route.Has("route"), "TLS route is required");
        findings.AddErrorsOf(Destinations.CheckWeighted(route.Messages("route")));
        return findings;
    }

    private static void CheckMatch(Spec match, IReadOnlyList<string> hosts, bool atGateway, Findings findings)
    {
        if (!match.Exists)
        {
            findings.Error("TLS match may not be null");
            return;
        }

        findings.ErrorIf(!match.Has("sniHosts"), "TLS match must have at least one SNI host");
        foreach (var name in match.Texts("sniHosts"))
        {
            CheckServerName(name, hosts, atGateway, findings);
        }

        TcpRouteRules.CheckConnection(match, findings);
        findings.Add(Destinations.CheckGateways(match.Texts("gateways")));
    }

    private static void CheckServerName(string name, IReadOnlyList<string> hosts, bool atGateway, Findings findings)
    {
        var problem = atGateway ? Hosts.OfGatewayRoute(bySni: true, name) : Hosts.NameOrWildcard(name);
        if (problem is not null && Hosts.IsAddress(name))
        {
            findings.Warning($"using an IP address ({GoText.Quote(name)}) goes against SNI spec and most clients do not support this");
        }
        else if (problem is not null)
        {
            findings.Error(problem);
        }
        else if (!hosts.Any(host => Hostname.IsSubsetOf(name, host)))
        {
            findings.Error($"SNI host {GoText.Quote(name)} is not a compatible subset of any of the virtual service hosts: [{string.Join(", ", hosts)}]");
        }
    }
}

/// <summary>A rule of a VirtualService's tcp list.</summary>
internal static class TcpRouteRules
{
    public static Findings Check(Spec route)
    {
        var findings = new Findings();
        if (!route.Exists)
        {
            return findings;
        }

        foreach (var match in route.Messages("match"))
        {
            findings.ListedError(match.Exists ? null : "tcp match may not be nil");
            CheckConnection(match, findings);
            findings.AddErrorsOf(Destinations.CheckGateways(match.Texts("gateways")));
        }

        findings.ErrorIf(!route.Has("route"), "TCP route is required");
        findings.AddErrorsOf(Destinations.CheckWeighted(route.Messages("route")));
        return findings;
    }

    /// <summary>What can be told of a connection before its first byte.</summary>
    public static void CheckConnection(Spec match, Findings findings)
    {
        foreach (var subnet in match.Texts("destinationSubnets"))
        {
            findings.Error(Hosts.AddressOrBlock(subnet));
        }

        findings.Error(match.Number("port") is not 0 and var port ? Values.Port(port) : null);
        findings.Add(Labels.Check(match.TextMap("sourceLabels")));
    }
}
