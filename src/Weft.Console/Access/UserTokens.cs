using System.Net;
using System.Security.Cryptography;
using System.Text;
using Weft.Console.Caching;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Access;

/// <summary>
/// Asks the API server whose token it is and whether he may read the whole mesh. The console shows all or nothing: whoever may see a part of the cluster
/// only is refused. An answer is kept for a minute, which is how long a revoked token goes on.
/// </summary>
public sealed class UserTokens(KubeClientOptions cluster, TimeProvider time) : IDisposable
{
    private const int MostAtOnce = 4;

    private static readonly (string Group, string Resource)[] Needed =
        [("", "namespaces"), ("", "pods"), ("", "services"), ("apps", "deployments"), ("networking.istio.io", "virtualservices")];

    private readonly SharedResults<string, MeshUser> _users = new(TimeSpan.FromMinutes(1), capacity: 1000, time);

    // Strangers must not make this console a flood of connections to the API server.
    private readonly SemaphoreSlim _asking = new(MostAtOnce);

    /// <exception cref="AccessRefusedException">The token is not good for this console.</exception>
    /// <exception cref="KubernetesApiException">The API server could not be asked.</exception>
    public Task<MeshUser> ReviewAsync(string token, CancellationToken cancellationToken) =>
        _users.GetAsync(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token))), () => AskAsync(token), cancellationToken);

    public void Dispose() => _asking.Dispose();

    private async Task<MeshUser> AskAsync(string token)
    {
        await _asking.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            using var kube = new KubeClient(cluster with { Token = _ => ValueTask.FromResult<string?>(token), ClientCertificate = null });
            var name = await NameAsync(kube).ConfigureAwait(false);
            var mayRead = await Task.WhenAll(Needed.Select(one => MayAsync(kube, "list", one.Group, one.Resource, null))).ConfigureAwait(false);
            return mayRead.All(may => may)
                ? new MeshUser(name, await MayAsync(kube, "get", "", "pods", "log").ConfigureAwait(false), await MayAsync(kube, "create", "", "pods", "portforward").ConfigureAwait(false))
                : throw new AccessRefusedException("not enough privileges to login");
        }
        finally
        {
            _asking.Release();
        }
    }

    private static async Task<string> NameAsync(KubeClient kube)
    {
        try
        {
            var review = await kube.CreateAsync(KubeResources.SelfSubjectReviews, null, new SelfSubjectReview(), CancellationToken.None).ConfigureAwait(false);
            return review.Status.UserInfo?.Username ?? "";
        }
        catch (KubernetesApiException refusal) when (refusal.Code is HttpStatusCode.Unauthorized)
        {
            throw new AccessRefusedException("token is not valid or is expired");
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound || refusal.Code is HttpStatusCode.Forbidden)
        {
            // Before Kubernetes 1.28, or to those who may not ask: nameless, but not without rights.
            return "";
        }
    }

    private static async Task<bool> MayAsync(KubeClient kube, string verb, string group, string resource, string? subresource)
    {
        var attributes = new ResourceAttributes { Verb = verb, Group = group, Resource = resource, Subresource = subresource };
        var review = new SelfSubjectAccessReview { Spec = new SubjectAccessReviewSpec { ResourceAttributes = attributes } };
        try
        {
            return (await kube.CreateAsync(KubeResources.SelfSubjectAccessReviews, null, review, CancellationToken.None).ConfigureAwait(false)).Status.Allowed;
        }
        catch (KubernetesApiException refusal) when (refusal.Code is HttpStatusCode.Unauthorized)
        {
            throw new AccessRefusedException("token is not valid or is expired");
        }
        catch (KubernetesApiException refusal) when (refusal.Code is HttpStatusCode.Forbidden)
        {
            return false;
        }
    }
}
