using System.Globalization;
using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;
using Weft.Istio.Mesh;

namespace Weft.Istio.Admission;

/// <summary>Sidecar.</summary>
internal static class SidecarRules
{
    private const string Duplicate = "sidecar: ports on IP bound listeners must be unique";

    public static Findings Check(ConfigObject item)
    {
        var spec = item.Spec;
        var findings = Labels.CheckSelector(spec.Message("workloadSelector"), "labels");
        if (findings.HasErrors)
        {
            return findings;
        }

        findings = WorkloadSelectors.Warned(spec, "sidecar");
        if (!spec.Has("egress") && !spec.Has("ingress") && !spec.Has("outboundTrafficPolicy") && !spec.Has("inboundConnectionPool"))
        {
            findings.Error("sidecar: empty configuration provided");
            return findings;
        }

        var ports = new HashSet<double>();
        foreach (var ingress in spec.Messages("ingress"))
        {
            CheckIngress(ingress, ports, findings);
        }

        findings.Add(ConnectionPoolRules.Check(spec.Message("inboundConnectionPool")));
        SidecarEgressRules.Check(item, findings);
        CheckOutboundPolicy(spec.Message("outboundTrafficPolicy"), findings);
        return findings;
    }

    private static void CheckIngress(Spec ingress, HashSet<double> ports, Findings findings)
    {
        if (ingress.Message("port") is not { Exists: true } port)
        {
            findings.Error(ingress.Exists ? "sidecar: port is required for ingress listeners" : "sidecar: ingress may not be null");
            return;
        }

        findings.ErrorIf(port.Number("targetPort") > 0, "targetPort has no impact on Sidecars");
        CheckPort(port, ingress.Text("bind"), findings);
        findings.ErrorIf(!ports.Add(port.Number("number")), Duplicate);
        CheckDefaultEndpoint(ingress.Text("defaultEndpoint"), findings);
        CheckTls(ingress.Message("tls"), port.Text("protocol"), findings);
        var pool = ingress.Message("connectionPool");
        findings.Add(ConnectionPoolRules.Check(pool));
        if (pool.Message("http").Exists && !PortProtocols.Parse(port.Text("protocol")).IsHttp())
        {
            findings.Warning($"sidecar: HTTP connection pool settings are configured for port {GoText.Integer(port.Number("number"))} ({GoText.Quote(port.Text("name"))}) but its protocol is not HTTP ({port.Text("protocol")}); only TCP settings will apply");
        }
    }

    /// <summary>The port of a listener that has a number, and the address that it binds to.</summary>
    public static void CheckPort(Spec port, string bind, Findings findings)
    {
        CheckName(port, findings);
        findings.Error(Values.Protocol(port.Text("protocol")));
        findings.Error(Values.Port(port.Number("number")));
        findings.Error(bind.Length > 0 ? Hosts.Address(bind) : null);
    }

    public static void CheckName(Spec port, Findings findings) =>
        findings.Error(port.Text("name") is { Length: > 0 } name ? Values.PortName(name) : null);

    /// <summary>Where the application listens: an address of its own pod with a port, or a socket.</summary>
    private static void CheckDefaultEndpoint(string endpoint, Findings findings)
    {
        if (endpoint.Length == 0 || Hosts.IsUnix(endpoint))
        {
            findings.Error(endpoint.Length == 0 ? null : Hosts.UnixPath(endpoint));
            return;
        }

        var (host, port, problem) = Split(endpoint);
        findings.Error(problem);
        findings.ErrorIf(
            host is not ("" or "127.0.0.1" or "0.0.0.0" or "::1" or "::"),
            "sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset");
        if (int.TryParse(port, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            findings.Error(Values.Port(number));
        }
        else
        {
            findings.Error($"sidecar: defaultEndpoint port ({port}) is not a number: strconv.Atoi: parsing {GoText.Quote(port)}: invalid syntax");
        }
    }

    private static (string Host, string Port, string? Problem) Split(string address)
    {
        var colon = address.LastIndexOf(':');
        var bracket = address.LastIndexOf(']');
        if (colon < 0 || colon < bracket)
        {
            return ("", "", $"address {address}: missing port in address");
        }

        var host = address[..colon];
        if (host.StartsWith('[') && bracket == colon - 1)
        {
            return (host[1..^1], address[(colon + 1)..], null);
        }

        return host.Contains(':', StringComparison.Ordinal) ? ("", "", $"address {address}: too many colons in address") : (host, address[(colon + 1)..], null);
    }

    private static void CheckTls(Spec tls, string protocol, Findings findings)
    {
        if (!tls.Exists)
        {
            return;
        }

        findings.ErrorIf(tls.Has("subjectAltNames"), "sidecar: subjectAltNames is not supported in ingress tls");
        findings.ErrorIf(tls.Flag("httpsRedirect"), "sidecar: httpsRedirect is not supported");
        findings.ErrorIf(tls.Text("credentialName").Length > 0, "sidecar: credentialName is not currently supported");
        findings.ErrorIf(tls.Has("credentialNames"), "sidecar: credentialNames is not currently supported");
        findings.ErrorIf(tls.Has("tlsCertificates"), "sidecar: tls_certificates is not currently supported");
        findings.ErrorIf(tls.Text("mode") is "ISTIO_MUTUAL" or "AUTO_PASSTHROUGH", $"configuration is invalid: cannot set mode to {tls.Text("mode")} in sidecar ingress tls");
        findings.ErrorIf(!PortProtocols.Parse(protocol).IsTls(), "server cannot have TLS settings for non HTTPS/TLS ports");
        findings.Add(ServerTlsRules.Check(tls));
    }

    private static void CheckOutboundPolicy(Spec policy, Findings findings)
    {
        if (policy.Message("egressProxy") is not { Exists: true } proxy)
        {
            return;
        }

        if (policy.Text("mode") != "ALLOW_ANY")
        {
            findings.Error("sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode");
            return;
        }

        findings.Error(Hosts.Name(proxy.Text("host")));
        if (proxy.Message("port").Exists)
        {
            findings.Add(Destinations.Check(proxy));
        }
        else
        {
            findings.Error("sidecar: egress_proxy port must be non-nil");
        }
    }
}
