using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>The traffic policy of a DestinationRule, of one of its subsets or ports.</summary>
internal static class TrafficPolicyRules
{
    private static readonly string[] s_portParts = ["outlierDetection", "connectionPool", "loadBalancer", "tls"];

    private static readonly string[] s_parts = [.. s_portParts, "portLevelSettings", "tunnel", "proxyProtocol", "retryBudget"];

    public static Findings Check(Spec policy, string @namespace)
    {
        var findings = new Findings();
        if (!policy.Exists)
        {
            return findings;
        }

        if (!s_parts.Any(policy.Has))
        {
            findings.Error("traffic policy must have at least one field");
            return findings;
        }

        if (policy.Message("tunnel").Exists && policy.Message("proxyProtocol").Exists)
        {
            findings.Error("tunnel and proxyProtocol must not be set together");
            return findings;
        }

        CheckParts(policy, @namespace, findings);
        foreach (var port in policy.Messages("portLevelSettings"))
        {
            findings.AddErrorsOf(CheckPort(port, @namespace));
        }

        CheckTunnel(policy.Message("tunnel"), findings);
        return findings;
    }

    private static Findings CheckPort(Spec policy, string @namespace)
    {
        var findings = new Findings();
        if (!policy.Exists)
        {
            findings.Error("traffic policy may not be null");
            return findings;
        }

        findings.ErrorIf(!policy.Message("port").Exists, "portTrafficPolicy must have valid port");
        if (s_portParts.Any(policy.Has))
        {
            CheckParts(policy, @namespace, findings);
        }
        else
        {
            findings.Error("port traffic policy must have at least one field");
        }

        return findings;
    }

    private static void CheckParts(Spec policy, string @namespace, Findings findings)
    {
        var outlier = policy.Message("outlierDetection");
        CheckOutlierDetection(outlier, findings);
        findings.Add(ConnectionPoolRules.Check(policy.Message("connectionPool")));
        findings.Add(LoadBalancerRules.Check(policy.Message("loadBalancer"), hasOutlierDetection: outlier.Exists));
        findings.Add(ClientTlsRules.Check(policy.Message("tls"), @namespace));
    }

    private static void CheckOutlierDetection(Spec outlier, Findings findings)
    {
        if (!outlier.Exists)
        {
            return;
        }

        findings.Error(Values.Duration(outlier.Duration("baseEjectionTime")));
        if (outlier.Number("consecutiveErrors") != 0)
        {
            findings.Warning("outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead");
        }

        findings.ErrorIf(
            !outlier.Flag("splitExternalLocalOriginErrors") && outlier.Number("consecutiveLocalOriginFailures") > 0,
            "outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false");
        findings.Error(Values.Duration(outlier.Duration("interval")));
        findings.Error(Values.Percent(outlier.Number("maxEjectionPercent")));
        findings.Error(Values.Percent(outlier.Number("minHealthPercent")));
    }

    private static void CheckTunnel(Spec tunnel, Findings findings)
    {
        if (!tunnel.Exists)
        {
            return;
        }

        findings.ErrorIf(tunnel.Text("protocol") is not ("" or "CONNECT" or "POST"), "tunnel protocol must be \"CONNECT\" or \"POST\"");
        var host = tunnel.Text("targetHost");
        if (Hosts.Name(host) is { } nameProblem && Hosts.Address(host) is { } addressProblem)
        {
            findings.Error($"tunnel target host must be valid FQDN or IP address: {nameProblem}; {addressProblem}");
        }

        if (Values.Port(tunnel.Number("targetPort")) is { } portProblem)
        {
            findings.Error($"tunnel target port is invalid: {portProblem}");
        }
    }
}
