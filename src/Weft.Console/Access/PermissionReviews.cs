using Weft.Console.Caching;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Access;

/// <summary>Asks the API server what the console may do; an answer is kept for half a minute. Never fails: no answer is no right.</summary>
public sealed class PermissionReviews(KubeClient kubernetes, bool viewOnly, TimeProvider time)
{
    private readonly SharedResults<string, ConfigPermissions> _reviews = new(TimeSpan.FromSeconds(30), capacity: 1000, time);

    public async Task<ConfigPermissions> OfNamespaceAsync(string @namespace, CancellationToken cancellationToken)
    {
        if (viewOnly)
        {
            return ConfigPermissions.None;
        }

        try
        {
            return await _reviews.GetAsync(@namespace, () => AskAsync(@namespace), cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesApiException)
        {
            return ConfigPermissions.None;
        }
    }

    private async Task<ConfigPermissions> AskAsync(string @namespace)
    {
        var review = new SelfSubjectRulesReview { Spec = new SelfSubjectRulesReviewSpec { Namespace = @namespace } };
        var answer = await kubernetes.CreateAsync(KubeResources.SelfSubjectRulesReviews, null, review, CancellationToken.None).ConfigureAwait(false);
        return new ConfigPermissions(answer.Status.ResourceRules);
    }
}
