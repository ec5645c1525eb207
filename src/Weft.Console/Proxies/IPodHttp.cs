using Weft.Kubernetes.Objects;

namespace Weft.Console.Proxies;

/// <summary>
/// A way to the HTTP pages that a pod serves for those who operate it: Envoy's administration interface, istiod's debug pages. Every failure is a
/// <see cref="PodHttpException"/>, except cancellation by the caller.
/// </summary>
public interface IPodHttp
{
    /// <summary>The port of Envoy's (and ztunnel's) administration interface, on the pod's loopback address in a real cluster.</summary>
    const int ProxyAdminPort = 15000;

    /// <summary>The port of istiod's debug pages.</summary>
    const int ControlPlanePort = 15014;

    /// <summary>The answer to a GET, as in <c>/config_dump</c>.</summary>
    Task<byte[]> GetAsync(Pod pod, int port, string path, CancellationToken cancellationToken);

    /// <summary>Sends a POST without a body, as in <c>/logging?level=debug</c>.</summary>
    Task PostAsync(Pod pod, int port, string path, CancellationToken cancellationToken);
}

/// <summary>The pod could not be asked, or refused, or answered what makes no sense.</summary>
public sealed class PodHttpException(string message, Exception? inner = null) : Exception(message, inner);
