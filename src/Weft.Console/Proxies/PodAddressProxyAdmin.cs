using Weft.Kubernetes.Objects;

namespace Weft.Console.Proxies;

/// <summary>Asks proxies at their pods' addresses: the way of the embedded mesh, whose sidecars listen there.</summary>
public sealed class PodAddressProxyAdmin(HttpMessageInvoker http) : IProxyAdmin
{
    private const int AdminPort = 15000;
    private const int LongestAnswer = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public Task<byte[]> GetAsync(Pod pod, string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, pod, path, cancellationToken);

    public Task PostAsync(Pod pod, string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, pod, path, cancellationToken);

    private async Task<byte[]> SendAsync(HttpMethod method, Pod pod, string path, CancellationToken cancellationToken)
    {
        var name = $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";
        if (!System.Net.IPAddress.TryParse(pod.Status.PodIP, out var address))
        {
            throw new ProxyAdminException($"pod {name} has no address");
        }

        using var limit = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(method, new UriBuilder("http", address.ToString(), AdminPort).Uri.GetLeftPart(UriPartial.Authority) + path);
            using var answer = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw new ProxyAdminException($"the proxy of pod {name} answered {(int)answer.StatusCode} to {method} {path}");
            }

            await answer.Content.LoadIntoBufferAsync(LongestAnswer, either.Token).ConfigureAwait(false);
            return await answer.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProxyAdminException($"the proxy of pod {name} did not answer within {Patience.TotalSeconds} s", cause);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw new ProxyAdminException($"the proxy of pod {name} cannot be asked: {cause.Message}", cause);
        }
    }
}
