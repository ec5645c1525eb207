using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.PortForward;

namespace Weft.Console.Proxies;

/// <summary>Asks pods over one HTTP client, wherever that finds them. Lives as long as the console: it holds nothing but idle connections, which end by themselves.</summary>
public sealed class PodHttp : IPodHttp
{
    private const int LongestAnswer = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker _http;
    private readonly Func<Pod, int, Uri> _addressOf;

    private PodHttp(HttpMessageInvoker http, Func<Pod, int, Uri> addressOf) => (_http, _addressOf) = (http, addressOf);

    /// <summary>At the pods' addresses: the way of the embedded mesh, whose sidecars listen there.</summary>
    public static PodHttp AtPodAddresses()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) };
        return new PodHttp(new HttpMessageInvoker(handler), AddressOf);
    }

    /// <summary>By port-forward through the API server: the way into a real cluster, whose proxies listen on their loopback address.</summary>
    public static PodHttp ThroughApiServer(KubeClient kube) => new(
        new HttpMessageInvoker(new ClusterDialer(kube).CreateHandler()),
        static (pod, port) => ClusterDialer.Pod(pod.Metadata.Namespace ?? "", pod.Metadata.Name, port));

    public Task<byte[]> GetAsync(Pod pod, int port, string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, pod, port, path, cancellationToken);

    public Task PostAsync(Pod pod, int port, string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, pod, port, path, cancellationToken);

    private static Uri AddressOf(Pod pod, int port) => System.Net.IPAddress.TryParse(pod.Status.PodIP, out var address)
        ? new UriBuilder("http", address.ToString(), port).Uri
        : throw new PodHttpException($"pod {NameOf(pod)} has no address");

    private static string NameOf(Pod pod) => $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";

    private async Task<byte[]> SendAsync(HttpMethod method, Pod pod, int port, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _addressOf(pod, port).GetLeftPart(UriPartial.Authority) + path);
        using var limit = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var answer = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw new PodHttpException($"pod {NameOf(pod)} answered {(int)answer.StatusCode} to {method} {path} on port {port}");
            }

            await answer.Content.LoadIntoBufferAsync(LongestAnswer, either.Token).ConfigureAwait(false);
            return await answer.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PodHttpException($"pod {NameOf(pod)} did not answer on port {port} within {Patience.TotalSeconds} s", cause);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw new PodHttpException($"pod {NameOf(pod)} cannot be asked on port {port}: {cause.GetBaseException().Message}", cause);
        }
    }
}
