using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Weft.Proxy.Bootstrap;

/// <summary>All that a proxy, sidecar or gateway, knows before it has heard from a control plane. Read once, at start.</summary>
public sealed record ProxyBootstrap
{
    /// <summary><c>sidecar~IP~pod.namespace~namespace.svc.cluster.local</c>, or <c>router~...</c> for a gateway.</summary>
    public required string NodeId { get; init; }

    /// <summary>Istio's node type <c>router</c>: it has no application and captures nothing; it serves the listeners it is given.</summary>
    public bool IsGateway => NodeId.StartsWith("router~", StringComparison.Ordinal);

    /// <summary><c>app.namespace</c>; the service name of traces.</summary>
    public required string NodeCluster { get; init; }

    /// <summary>Istio's node metadata: NAME, NAMESPACE, LABELS, WORKLOAD_NAME, CLUSTER_ID, SERVICE_ACCOUNT, ...</summary>
    public required JsonObject Metadata { get; init; }

    /// <summary>The pod's address, on which every port of the sidecar is bound.</summary>
    public required IPAddress InstanceAddress { get; init; }

    /// <summary>Where the application listens, and the pod's own 127.0.0.1: what is sent to the pod's own address goes here instead. Not used by gateways.</summary>
    public required IPAddress ApplicationAddress { get; init; }

    /// <summary>The ADS server: http for plaintext HTTP/2, https for TLS.</summary>
    public required Uri DiscoveryAddress { get; init; }

    /// <summary>The certificate service; null leaves the proxy without a workload certificate and so without mTLS.</summary>
    public Uri? CertificateAuthorityAddress { get; init; }

    /// <summary>The roots by which both servers are trusted.</summary>
    public X509Certificate2Collection DiscoveryRoots { get; init; } = [];

    /// <summary>The name in the control plane's certificate.</summary>
    public string DiscoveryServerName { get; init; } = "istiod.istio-system.svc";

    /// <summary>The service account's token (audience istio-ca), asked for at every connection.</summary>
    public Func<CancellationToken, ValueTask<string>>? BearerToken { get; init; }

    /// <summary>
    /// The application's probes that this proxy answers at port 15020, as injection writes them into ISTIO_KUBE_APP_PROBERS: a JSON object of probes by path.
    /// Empty for none.
    /// </summary>
    public string ApplicationProbes { get; init; } = "";

    /// <summary>Receives the container's output: access log lines and the proxy's own notices, one call per line, without the line end.</summary>
    public required Action<string> LogSink { get; init; }

    /// <summary>How long requests in flight may run on after a stop, unless the node's PROXY_CONFIG has a terminationDrainDuration.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The drain time that holds.</summary>
    public TimeSpan TerminationDrain => DrainDurations.Termination(Metadata) ?? DrainTime;

    /// <summary>How long connections last whose listener or filter chain was replaced or removed: drainDuration of the node's PROXY_CONFIG, else Istio's 45 s.</summary>
    public TimeSpan ListenerDrain => DrainDurations.Listener(Metadata) ?? TimeSpan.FromSeconds(45);

    /// <summary>Addresses of names that neither the mesh nor the system's DNS knows: hosts outside that are stood in for on this machine.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> ExternalHosts { get; init; } = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty;

    /// <summary>Roots that are trusted besides the system's: those of hosts outside that are stood in for on this machine.</summary>
    public X509Certificate2Collection ExternalRoots { get; init; } = [];

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
