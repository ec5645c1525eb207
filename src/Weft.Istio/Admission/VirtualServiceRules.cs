using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;
using Weft.Istio.Mesh;

namespace Weft.Istio.Admission;

/// <summary>VirtualService: its hosts and gateways here, its rules in the files beside.</summary>
internal static class VirtualServiceRules
{
    private const string Mesh = "mesh";

    public static Findings Check(ConfigObject item)
    {
        var findings = new Findings();
        var spec = item.Spec;
        var hosts = spec.Texts("hosts");
        var gateways = spec.Texts("gateways");
        var isDelegate = hosts.Count == 0;
        var atGateway = gateways.Count > 0 && !gateways.Contains(Mesh);

        CheckDelegate(spec, isDelegate, findings);
        findings.Add(Destinations.CheckGateways(gateways));
        CheckClaims(spec, atGateway, gateways, findings);
        CheckHosts(spec, hosts, atGateway, findings);
        findings.ErrorIf(!spec.Has("http") && !spec.Has("tcp") && !spec.Has("tls"), "http, tcp or tls must be provided in virtual service");
        foreach (var route in spec.Messages("http"))
        {
            findings.Add(HttpRouteRules.Check(route, isDelegate));
        }

        foreach (var route in spec.Messages("tls"))
        {
            findings.Add(TlsRouteRules.Check(route, hosts, atGateway: !gateways.Contains(Mesh)));
        }

        foreach (var route in spec.Messages("tcp"))
        {
            findings.AddErrorsOf(TcpRouteRules.Check(route));
        }

        findings.Add(ExportTo.Check(item));
        UnreachableRules.Warn(spec, findings);
        return findings;
    }

    /// <summary>Without hosts it is a part of another VirtualService, and only of its http rules.</summary>
    private static void CheckDelegate(Spec spec, bool isDelegate, Findings findings)
    {
        findings.ErrorIf(isDelegate && spec.Has("gateways"), "delegate virtual service must have no gateways specified");
        findings.ErrorIf(isDelegate && spec.Has("tls"), "delegate virtual service must have no tls route specified");
        findings.ErrorIf(isDelegate && spec.Has("tcp"), "delegate virtual service must have no tcp route specified");
    }

    private static void CheckClaims(Spec spec, bool atGateway, IReadOnlyList<string> gateways, Findings findings)
    {
        if (atGateway)
        {
            return;
        }

        var matches = spec.Messages("http").SelectMany(route => route.Messages("match"));
        foreach (var name in matches.SelectMany(match => match.MessageMap("headers").Concat(match.MessageMap("withoutHeaders"))).Select(header => header.Key))
        {
            findings.ErrorIf(Headers.IsClaim(name), $"JWT claim based routing (key: {name}) is only supported for gateway, found no gateways: {GoText.List(gateways)}");
        }
    }

    private static void CheckHosts(Spec spec, IReadOnlyList<string> hosts, bool atGateway, Findings findings)
    {
        var bySni = spec.Messages("tls").Any(route => route.Messages("match").Any(match => match.Has("sniHosts")));
        var allGood = true;
        foreach (var host in hosts)
        {
            var problem = atGateway ? Hosts.OfGatewayRoute(bySni, host) : Hosts.NameOrWildcard(host);
            problem = problem is not null && Hosts.IsAddress(host) ? null : problem;
            problem ??= host == "*" && !atGateway ? "wildcard host * is not allowed for virtual services bound to the mesh gateway" : null;
            findings.Error(problem);
            allGood &= problem is null;
        }

        if (allGood)
        {
            CheckOverlap(hosts, findings);
        }
    }

    private static void CheckOverlap(IReadOnlyList<string> hosts, Findings findings)
    {
        for (var i = 0; i < hosts.Count; i++)
        {
            foreach (var other in hosts.Skip(i + 1).Where(other => Hostname.Matches(hosts[i], other)))
            {
                findings.Error($"duplicate hosts in virtual service: {hosts[i]} & {other}");
            }
        }
    }
}
