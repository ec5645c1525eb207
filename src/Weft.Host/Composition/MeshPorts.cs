using System.Net;
using System.Net.NetworkInformation;
using Weft.Runtime.Network;

namespace Weft.Host.Composition;

/// <summary>The ports of one mesh on 127.0.0.1: the field's defaults, all moved by one offset.</summary>
internal sealed record MeshPorts(int Offset)
{
    private const int Attempts = 10;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    public int Console => 20001 + Offset;

    /// <summary>The console's own metrics.</summary>
    public int ConsoleMetrics => 20002 + Offset;

    public int ApiServer => 6443 + Offset;

    public int Prometheus => 9090 + Offset;

    public int XdsPlaintext => 15010 + Offset;

    public int XdsTls => 15012 + Offset;

    public int ControlPlaneMonitoring => 15014 + Offset;

    /// <summary>Jaeger's query API.</summary>
    public int Traces => 16686 + Offset;

    /// <summary>Tempo's query API.</summary>
    public int Tempo => 3200 + Offset;

    public int OtlpGrpc => 4317 + Offset;

    public int OtlpHttp => 4318 + Offset;

    public int Zipkin => 9411 + Offset;

    /// <summary>Where Services of type LoadBalancer are reached, the ingress gateway among them: 80 at <see cref="IngressHttp"/>, 443 at <see cref="IngressHttps"/>.</summary>
    public LoadBalancerPorts LoadBalancer => new() { Offset = Offset };

    public int IngressHttp => 8080 + Offset;

    public int IngressHttps => 8443 + Offset;

    public static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);

    /// <summary>Returns when all ports are free; a predecessor that was killed may need a moment to let go of them.</summary>
    /// <exception cref="StartException">A port is taken by somebody else.</exception>
    public async Task RequireFreeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; FirstTaken() is (var name, var port); attempt++)
        {
            if (attempt == Attempts)
            {
                throw new StartException(
                    $"port {port} ({name}) is taken by another program: stop it, or move all ports of this mesh with --port-offset N (for example --port-offset 100)",
                    ExitCodes.Unavailable);
            }

            await Task.Delay(BetweenAttempts, time, cancellationToken);
        }
    }

    private (string Name, int Port)? FirstTaken()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(listener => listener.Address.Equals(IPAddress.Loopback) || listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any))
            .Select(listener => listener.Port)
            .ToHashSet();
        return Named().Where(named => taken.Contains(named.Port)).Select(named => ((string, int)?)named).FirstOrDefault();
    }

    private (string Name, int Port)[] Named() =>
    [
        ("console", Console),
        ("console's metrics", ConsoleMetrics),
        ("API server", ApiServer),
        ("Prometheus API", Prometheus),
        ("xDS", XdsPlaintext),
        ("xDS over TLS", XdsTls),
        ("control plane monitoring", ControlPlaneMonitoring),
        ("Jaeger API", Traces),
        ("Tempo API", Tempo),
        ("OTLP over gRPC", OtlpGrpc),
        ("OTLP over HTTP", OtlpHttp),
        ("Zipkin spans", Zipkin),
        ("ingress gateway, HTTP", IngressHttp),
        ("ingress gateway, HTTPS", IngressHttps),
    ];
}
