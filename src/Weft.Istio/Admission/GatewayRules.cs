using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;
using Weft.Istio.Mesh;

namespace Weft.Istio.Admission;

/// <summary>Gateway.</summary>
internal static class GatewayRules
{
    private static readonly string[] s_shownTexts = ["protocol", "name"];

    public static Findings Check(ConfigObject item)
    {
        var findings = new Findings();
        findings.ErrorIf(!Hosts.IsLabel(item.Name), $"invalid gateway name: {GoText.Quote(item.Name)}");
        var servers = item.Spec.Messages("servers");
        findings.ErrorIf(servers.Count == 0, "gateway must have at least one server");
        foreach (var server in servers)
        {
            findings.Add(CheckServer(server));
        }

        CheckPorts(servers, findings);
        return findings;
    }

    private static void CheckPorts(IReadOnlyList<Spec> servers, Findings findings)
    {
        var names = new HashSet<string>();
        foreach (var server in servers)
        {
            findings.ErrorIf(!server.Exists, "server may not be nil");
            if (server.Message("port") is not { Exists: true } port)
            {
                continue;
            }

            findings.ErrorIf(!names.Add(port.Text("name")), $"port names in servers must be unique: duplicate name {port.Text("name")}");
            if (server.Message("tls").Flag("httpsRedirect") && !PortProtocols.Parse(port.Text("protocol")).IsHttp())
            {
                findings.Warning("tls.httpsRedirect should only be used with http servers");
            }
        }
    }

    private static Findings CheckServer(Spec server)
    {
        var findings = new Findings();
        if (!server.Exists)
        {
            findings.Error("cannot have nil server");
            return findings;
        }

        findings.ErrorIf(!server.Has("hosts"), "server config must contain at least one host");
        foreach (var host in server.Texts("hosts"))
        {
            findings.Add(Hosts.WithNamespace(host, atGateway: true));
        }

        var (port, bind, tls) = (server.Message("port"), server.Text("bind"), server.Message("tls"));
        var portFindings = CheckPort(port, bind);
        findings.Add(portFindings);
        CheckBind(port, bind, findings);
        findings.Add(ServerTlsRules.Check(tls));
        if (!portFindings.HasErrors)
        {
            findings.Error(TlsOfProtocol(PortProtocols.Parse(port.Text("protocol")), tls));
        }

        return findings;
    }

    private static Findings CheckPort(Spec port, string bind)
    {
        var findings = new Findings();
        if (!port.Exists)
        {
            findings.Error("port is required");
            return findings;
        }

        var (protocol, number) = (port.Text("protocol"), port.Number("number"));
        findings.ErrorIf(
            !Values.IsProtocol(protocol), $"invalid protocol {GoText.Quote(protocol)}, supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP");
        findings.Error(number > 0 || !Hosts.IsUnix(bind) ? Values.Port(number) : null);
        findings.ErrorIf(port.Number("targetPort") > 0, "targetPort has no impact on Gateways");
        findings.ErrorIf(port.Text("name").Length == 0, $"port name must be set: {Shown(port)}");
        return findings;
    }

    private static void CheckBind(Spec port, string bind, Findings findings)
    {
        if (Hosts.IsUnix(bind))
        {
            findings.Error(Hosts.UnixPath(bind));
            findings.ErrorIf(port.Number("number") != 0, $"port number must be 0 for unix domain socket: {Shown(port)}");
        }
        else if (bind.Length > 0)
        {
            findings.Error(Hosts.Address(bind));
        }
    }

    /// <summary>TLS servers say how; a plaintext HTTP server may only say that it redirects to TLS.</summary>
    private static string? TlsOfProtocol(PortProtocol protocol, Spec tls)
    {
        if (protocol.IsTls())
        {
            return tls.Exists ? null : "server must have TLS settings for HTTPS/TLS protocols";
        }

        if (!tls.Exists)
        {
            return null;
        }

        var onlyRedirects = tls.Text("mode") is "" or "PASSTHROUGH" or "AUTO_PASSTHROUGH"
            && tls.Text("caCertificates").Length == 0 && tls.Text("privateKey").Length == 0 && tls.Text("serverCertificate").Length == 0;
        return !protocol.IsHttp() ? "server cannot have TLS settings for non HTTPS/TLS ports"
            : onlyRedirects ? null
            : "server cannot have TLS settings for plain text HTTP ports";
    }

    /// <summary>The port as protobuf's text.</summary>
    private static string Shown(Spec port)
    {
        var parts = new List<string>();
        if (port.Number("number") is not 0 and var number)
        {
            parts.Add($"number:{GoText.Integer(number)}");
        }

        parts.AddRange(s_shownTexts.Where(field => port.Text(field).Length > 0).Select(field => $"{field}:{GoText.Quote(port.Text(field))}"));
        return string.Join(' ', parts);
    }
}
