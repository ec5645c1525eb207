using System.Globalization;
using Weft.Host.Composition;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.PortForward;

namespace Weft.Host.Commands;

/// <summary>Pages that a pod serves over HTTP to itself, such as Envoy's admin interface, asked through the API server's port-forward: so it works from anywhere, as istioctl does.</summary>
internal sealed class PodPages(KubeClient kube) : IDisposable
{
    public const int ProxyAdmin = 15000;
    public const int MergedMetrics = 15020;
    public const int ControlPlaneMonitoring = 15014;

    private readonly HttpClient _http = new(new ClusterDialer(kube).CreateHandler()) { Timeout = TimeSpan.FromSeconds(30) };

    /// <exception cref="StartException">The pod does not answer, or refuses.</exception>
    public async Task<string> AskAsync(HttpMethod method, NamespacedName pod, int port, string page, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(ClusterDialer.Pod(pod.Namespace, pod.Name, port), page));
            using var answer = await _http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return answer.IsSuccessStatusCode ? text : throw new StartException($"pod {pod.Name}.{pod.Namespace} answers {(int)answer.StatusCode} to {page}: {text.Trim()}", ExitCodes.Unavailable);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var hint = port == ProxyAdmin ? " (has it a sidecar?)" : "";
            throw new StartException(string.Create(CultureInfo.InvariantCulture, $"pod {pod.Name}.{pod.Namespace} does not answer on port {port}{hint}: {(error.InnerException ?? error).Message}"), ExitCodes.Unavailable, error);
        }
    }

    public void Dispose() => _http.Dispose();
}
