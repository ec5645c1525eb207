using System.Collections.Immutable;
using System.Globalization;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>A server of a Gateway at the port where its proxy listens for it.</summary>
public sealed class BoundServer
{
    internal BoundServer(Gateway gateway, GatewayServer server, int port)
    {
        var @namespace = gateway.Metadata.Namespace ?? "";
        Gateway = gateway;
        GatewayName = $"{@namespace}/{gateway.Metadata.Name}";
        Server = server;
        Port = port;
        Protocol = PortProtocols.Parse(server.Port.Protocol);
        Hosts = HostsOf(server.Hosts, @namespace);
        RouteName = RouteNameOf(gateway);
    }

    public Gateway Gateway { get; }

    /// <summary>As namespace/name.</summary>
    public string GatewayName { get; }

    public GatewayServer Server { get; }

    /// <summary>Where the proxy listens: the target port of the gateway's Service when it leads the server's port on.</summary>
    public int Port { get; }

    public PortProtocol Protocol { get; }

    public string Bind => Server.Bind ?? "";

    /// <summary>Each host as written, or as namespace/host when only VirtualServices of that namespace may use it.</summary>
    public ImmutableArray<string> Hosts { get; }

    /// <summary>The name of its route configuration; empty when it forwards connections.</summary>
    public string RouteName { get; }

    /// <summary>TLS servers of any kind; a plaintext HTTP server may carry TLS settings only for its redirect.</summary>
    public bool IsTls => Server.Tls is not null && !Protocol.IsHttp();

    public bool PassesThrough => Server.Tls is { Mode: null or "" or "PASSTHROUGH" or "AUTO_PASSTHROUGH" } && IsTls;

    public bool PassesThroughAutomatically => Server.Tls?.Mode == "AUTO_PASSTHROUGH" && IsTls;

    /// <summary>Its requests are routed, rather than its connections forwarded.</summary>
    public bool IsHttp => Protocol.IsHttp() || (Protocol == PortProtocol.Https && Server.Tls is not null && !PassesThrough);

    public bool RedirectsToHttps => Server.Tls?.HttpsRedirect == true;

    /// <summary>The server names by which clients ask for it, without their namespaces, sorted.</summary>
    public IEnumerable<string> ServerNames => Hosts.Select(host => host[(host.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The hosts that VirtualServices of a namespace may use.</summary>
    public IEnumerable<string> HostsFor(string @namespace)
    {
        foreach (var host in Hosts)
        {
            var slash = host.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || host.AsSpan(0, slash).SequenceEqual(@namespace))
            {
                yield return host[(slash + 1)..];
            }
        }
    }

    /// <summary>The hosts that the server and a VirtualService share: of each pair the more specific. Empty when it does not route for this server.</summary>
    public ImmutableArray<string> HostsSharedWith(VirtualService virtualService)
    {
        var @namespace = virtualService.Metadata.Namespace ?? "";
        var stated = virtualService.Spec.Hosts.Select(host => Hostname.Resolve(host, @namespace)).ToList();
        return
        [
            .. HostsFor(@namespace)
                .SelectMany(_ => stated, (own, other) => Hostname.IsSubsetOf(own, other) ? own : Hostname.IsSubsetOf(other, own) ? other : null)
                .OfType<string>()
                .Distinct(),
        ];
    }

    private static ImmutableArray<string> HostsOf(ImmutableArray<string> stated, string @namespace)
    {
        if (stated.Contains("*/*"))
        {
            return ["*"];
        }

        return
        [
            .. stated.Select(host => host switch
            {
                _ when host.StartsWith("./", StringComparison.Ordinal) => $"{@namespace}/{host[2..]}",
                _ when host.StartsWith("*/", StringComparison.Ordinal) => host[2..],
                _ => host,
            }),
        ];
    }

    private string RouteNameOf(Gateway gateway)
    {
        var bind = Bind.Length == 0 ? "" : $".{Bind}";
        if (Protocol.IsHttp())
        {
            return string.Create(CultureInfo.InvariantCulture, $"http.{Port}{bind}");
        }

        return IsHttp
            ? string.Create(CultureInfo.InvariantCulture, $"https.{Server.Port.Number}.{Server.Port.Name}.{gateway.Metadata.Name}.{gateway.Metadata.Namespace}{bind}")
            : "";
    }
}
