using Weft.Kubernetes.Objects;

namespace Weft.Console.Proxies;

/// <summary>
/// A way to the administration interface of a pod's proxy (Envoy's, port 15000). Every failure is a <see cref="ProxyAdminException"/>,
/// except cancellation by the caller.
/// </summary>
public interface IProxyAdmin
{
    /// <summary>The answer to a GET, as in <c>/config_dump</c>.</summary>
    Task<byte[]> GetAsync(Pod pod, string path, CancellationToken cancellationToken);

    /// <summary>Sends a POST without a body, as in <c>/logging?level=debug</c>.</summary>
    Task PostAsync(Pod pod, string path, CancellationToken cancellationToken);
}

/// <summary>The proxy could not be asked, or refused.</summary>
public sealed class ProxyAdminException(string message, Exception? inner = null) : Exception(message, inner);
