using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Runtime.Containers;
using Weft.Runtime.Images;
using Weft.Runtime.Network;

namespace Weft.Runtime;

/// <summary>What the embedded node is started with.</summary>
public sealed record RuntimeOptions
{
    /// <summary>The node's only way to the cluster. Needs the rights of a kubelet and of the built-in controllers. Not disposed by the node.</summary>
    public required KubeClient Client { get; init; }

    public required NetworkBlock Network { get; init; }

    /// <summary>Asked in this order; the first that can launch an image gets it. Images mapped to local commands come after these.</summary>
    public required ImmutableArray<IContainerLauncher> Launchers { get; init; }

    public ImageMap Images { get; init; } = ImageMap.Empty;

    /// <summary>Where container logs are kept; see <see cref="Logs.ContainerLogStore"/>.</summary>
    public required string LogFolder { get; init; }

    /// <summary>Host names outside the cluster that are served on this machine, as the demos' external hosts.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> ExternalHosts { get; init; } = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty;

    /// <summary>What the certificates of <see cref="ExternalHosts"/> descend from, for commands run in pods. Stays the caller's.</summary>
    public X509Certificate2Collection ExternalRoots { get; init; } = [];

    /// <summary>Where Services of type LoadBalancer are reached.</summary>
    public LoadBalancerPorts LoadBalancer { get; init; } = new();

    public string NodeName { get; init; } = "weft";

    /// <summary>The wait before the first restart of a container that ended; doubles with each further one.</summary>
    public TimeSpan FirstRestartDelay { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan LongestRestartDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long containers get to end when the node stops.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(2);

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }
}
