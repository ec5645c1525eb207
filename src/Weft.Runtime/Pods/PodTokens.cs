using System.Collections.Concurrent;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>Tokens of a pod's ServiceAccount, one for each audience, renewed when four fifths of their life are over.</summary>
internal sealed class PodTokens(KubeClient client, Pod pod, TimeProvider time)
{
    private const int LifetimeSeconds = 3607;

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset RenewAt)> _tokens = new();

    public async ValueTask<string> GetAsync(string audience, CancellationToken cancellationToken)
    {
        if (_tokens.TryGetValue(audience, out var known) && time.GetUtcNow() < known.RenewAt)
            return known.Token;

        var now = time.GetUtcNow();
        var answer = await client.CreateTokenAsync(
            pod.Metadata.Namespace ?? "default",
            pod.Spec.ServiceAccountName is { Length: > 0 } account ? account : "default",
            new TokenRequestSpec
            {
                Audiences = [audience],
                ExpirationSeconds = LifetimeSeconds,
                BoundObjectRef = new BoundObjectReference { ApiVersion = "v1", Kind = "Pod", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
            },
            cancellationToken);
        var lifetime = (answer.Status.ExpirationTimestamp ?? now.AddSeconds(LifetimeSeconds)) - now;
        _tokens[audience] = (answer.Status.Token, now + (lifetime * 0.8));
        return answer.Status.Token;
    }
}
