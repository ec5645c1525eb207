using System.Globalization;
using Weft.Istio.Effective;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation;

/// <summary>An entry of a Sidecar's ingress list: where the proxy takes calls to its workload, and where it hands them on.</summary>
/// <param name="Bind">The stated address, else the proxy's own.</param>
/// <param name="BindsPort">Connections are not redirected to the proxy: it binds the port itself.</param>
/// <param name="Tls">TLS that ends here, where the port takes no mutual TLS of the mesh; null for none.</param>
/// <param name="Endpoint">An address with port, unix:// with a path, or empty: the address the caller used.</param>
internal sealed record IngressPort(int Number, PortProtocol Protocol, string Bind, bool BindsPort, string Endpoint, ConnectionPoolSettings? ConnectionPool, ServerTlsSettings? Tls)
{
    private const string UnixScheme = "unix://";
    private static readonly string[] s_anyAddresses = ["0.0.0.0", "[::]"];

    public string ListenerName => string.Create(CultureInfo.InvariantCulture, $"{Bind}_{Number}");

    /// <summary>The path of the workload's socket; null when it has an address.</summary>
    public string? SocketPath => Endpoint.StartsWith(UnixScheme, StringComparison.Ordinal) ? Endpoint[UnixScheme.Length..] : null;

    public static IEnumerable<IngressPort> Of(EffectiveSidecar sidecar, ProxyNode node) => sidecar.Ingress
        .DistinctBy(ingress => ingress.Port.Number)
        .OrderBy(ingress => ingress.Port.Number)
        .Select(ingress => new IngressPort(
            ingress.Port.Number,
            PortProtocols.Parse(ingress.Port.Protocol),
            string.IsNullOrEmpty(ingress.Bind) ? node.Address : ingress.Bind,
            node.BindsPorts || ingress.CaptureMode == "NONE",
            EndpointOf(ingress.DefaultEndpoint ?? "", node),
            ingress.ConnectionPool,
            ingress.Tls));

    /// <summary>The address and port of an endpoint that is no socket; null when none is stated.</summary>
    public (string Address, int Port)? SocketAddress()
    {
        var colon = Endpoint.LastIndexOf(':');
        return SocketPath is null && colon > 0 && int.TryParse(Endpoint[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (Endpoint[..colon].Trim('[', ']'), port)
            : null;
    }

    /// <summary>Any address means the proxy's own.</summary>
    private static string EndpointOf(string stated, ProxyNode node)
    {
        foreach (var any in s_anyAddresses)
        {
            if (stated.StartsWith($"{any}:", StringComparison.Ordinal))
            {
                return node.Address + stated[any.Length..];
            }
        }

        return stated;
    }
}
