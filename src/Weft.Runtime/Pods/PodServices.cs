using System.Net;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Runtime.Controllers;
using Weft.Runtime.Images;
using Weft.Runtime.Logs;
using Weft.Runtime.Network;

namespace Weft.Runtime.Pods;

/// <summary>What all pods of the node share.</summary>
internal sealed record PodServices
{
    public required string NodeName { get; init; }

    public required IPAddress NodeAddress { get; init; }

    public required Cluster Cluster { get; init; }

    public required EventRecorder Events { get; init; }

    public required PodAddresses Addresses { get; init; }

    public required ClusterNames Names { get; init; }

    /// <summary>Writes as the kubelet does.</summary>
    public required KubeClient Client { get; init; }

    public required ImageCatalog Images { get; init; }

    public required ContainerLogStore Logs { get; init; }

    public required HttpMessageInvoker ProbeHttp { get; init; }

    public required TimeSpan FirstRestartDelay { get; init; }

    public required TimeSpan LongestRestartDelay { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
