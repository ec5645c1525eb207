using Weft.ControlPlane.Certificates;
using Weft.ControlPlane.Generation;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Distribution;

/// <summary>
/// Whether a proxy may be sent Kubernetes Secrets: it has proved who it is, and the cluster lets its service account list the secrets of its own namespace.
/// Where the cluster does not say (the embedded one has a fixed policy), gateways may. Secrets of other namespaces are sent only
/// where a ReferenceGrant gives them to a Gateway of the Gateway API.
/// </summary>
/// <param name="client">Asked for a SubjectAccessReview; null where the cluster does not say.</param>
public sealed class SecretAccess(KubeClient? client)
{
    public async Task<bool> IsAllowedAsync(ProxyNode node, CallerIdentity? caller, CancellationToken cancellationToken)
    {
        if (caller is null)
        {
            return false;
        }

        if (client is null)
        {
            return node.Type == ProxyType.Router;
        }

        var review = await client.CreateAsync(
            KubeResources.SubjectAccessReviews,
            null,
            new SubjectAccessReview
            {
                Spec = new SubjectAccessReviewSpec
                {
                    User = $"system:serviceaccount:{caller.Namespace}:{caller.ServiceAccount}",
                    ResourceAttributes = new ResourceAttributes { Namespace = caller.Namespace, Verb = "list", Version = "v1", Resource = "secrets" },
                },
            },
            cancellationToken);
        return review.Status is { Allowed: true, Denied: false };
    }
}
