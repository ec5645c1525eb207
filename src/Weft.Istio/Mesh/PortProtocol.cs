using System.Collections.Frozen;

namespace Weft.Istio.Mesh;

/// <summary>The application protocol of a service port. <see cref="Unknown"/> means the proxy detects HTTP or TCP by itself.</summary>
public enum PortProtocol
{
    Unknown,
    Http,
    HttpProxy,
    Http2,
    Grpc,
    GrpcWeb,
    Tcp,
    Tls,
    Https,
    Mongo,
    Redis,
    MySql,
    Udp,
}

/// <summary>Istio's rules by which a port's protocol is selected.</summary>
public static class PortProtocols
{
    private static readonly FrozenDictionary<string, PortProtocol> s_byName = new Dictionary<string, PortProtocol>(StringComparer.OrdinalIgnoreCase)
    {
        ["http"] = PortProtocol.Http,
        ["http_proxy"] = PortProtocol.HttpProxy,
        ["http2"] = PortProtocol.Http2,
        ["grpc"] = PortProtocol.Grpc,
        ["grpc-web"] = PortProtocol.GrpcWeb,
        ["tcp"] = PortProtocol.Tcp,
        ["tls"] = PortProtocol.Tls,
        ["https"] = PortProtocol.Https,
        ["mongo"] = PortProtocol.Mongo,
        ["redis"] = PortProtocol.Redis,
        ["mysql"] = PortProtocol.MySql,
        ["udp"] = PortProtocol.Udp,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, PortProtocol> s_byKubernetesAppProtocol = new Dictionary<string, PortProtocol>
    {
        ["kubernetes.io/h2c"] = PortProtocol.Http2,
        ["kubernetes.io/ws"] = PortProtocol.Http,
        ["kubernetes.io/wss"] = PortProtocol.Https,
    }.ToFrozenDictionary();

    /// <summary>Ports of protocols in which the server speaks first: detection would wait for a client that waits too.</summary>
    private static readonly FrozenSet<int> s_serverFirstPorts = FrozenSet.ToFrozenSet([25, 53, 3306, 27017]);

    public static PortProtocol Parse(string? name) => name is not null && s_byName.TryGetValue(name, out var protocol) ? protocol : PortProtocol.Unknown;

    /// <summary>The protocol of a Kubernetes Service port: transport, then appProtocol, then the name's prefix, then the well-known port.</summary>
    public static PortProtocol OfServicePort(string? transport, string? appProtocol, string? portName, int port)
    {
        if (transport == "UDP")
        {
            return PortProtocol.Udp;
        }

        if (appProtocol is not null && s_byKubernetesAppProtocol.TryGetValue(appProtocol, out var known))
        {
            return known;
        }

        var protocol = OfPrefix(appProtocol ?? portName ?? "");
        return protocol == PortProtocol.Unknown && s_serverFirstPorts.Contains(port) ? PortProtocol.Tcp : protocol;
    }

    public static bool IsHttp(this PortProtocol protocol) =>
        protocol is PortProtocol.Http or PortProtocol.HttpProxy or PortProtocol.Http2 or PortProtocol.Grpc or PortProtocol.GrpcWeb;

    public static bool IsHttp2(this PortProtocol protocol) => protocol is PortProtocol.Http2 or PortProtocol.Grpc or PortProtocol.GrpcWeb;

    public static bool IsTcp(this PortProtocol protocol) =>
        protocol is PortProtocol.Tcp or PortProtocol.Tls or PortProtocol.Https or PortProtocol.Mongo or PortProtocol.Redis or PortProtocol.MySql;

    public static bool IsTls(this PortProtocol protocol) => protocol is PortProtocol.Tls or PortProtocol.Https;

    private static PortProtocol OfPrefix(string name)
    {
        if (name.StartsWith("grpc-web", StringComparison.OrdinalIgnoreCase))
        {
            return PortProtocol.GrpcWeb;
        }

        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return Parse(dash < 0 ? name : name[..dash]);
    }
}
