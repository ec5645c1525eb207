using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Generation.Secrets;

/// <summary>Looks at the Secrets that listeners of the Gateway API present. Not for several threads at once.</summary>
internal sealed class ListenerCertificates
{
    private readonly Dictionary<NamespacedName, string?> _seen = [];
    private CredentialStore _credentials = CredentialStore.Empty;
    private ImmutableDictionary<NamespacedName, string?> _last = ImmutableDictionary<NamespacedName, string?>.Empty;

    /// <summary>Of each Secret that is there, what is wrong with it; null when nothing is. The same dictionary as long as nothing changes.</summary>
    public ImmutableDictionary<NamespacedName, string?> Of(ImmutableArray<K8sGateway> gateways, ImmutableArray<K8sListenerSet> sets, CredentialStore credentials)
    {
        if (!ReferenceEquals(_credentials, credentials))
        {
            _credentials = credentials;
            _seen.Clear();
        }

        var stated = gateways.Select(gateway => (gateway.Metadata, gateway.Spec.Listeners)).Concat(sets.Select(set => (set.Metadata, set.Spec.Listeners)));
        var named = from holder in stated
                    from listener in holder.Listeners
                    from reference in listener.Tls?.CertificateRefs ?? []
                    let own = holder.Metadata.Namespace ?? ""
                    select new NamespacedName(string.IsNullOrEmpty(reference.Namespace) ? own : reference.Namespace, reference.Name);
        var found = named.Distinct().Where(credentials.Contains).ToImmutableDictionary(name => name, ProblemOf);
        return _last = found.ToHashSet().SetEquals(_last) ? _last : found;
    }

    private string? ProblemOf(NamespacedName name)
    {
        if (!_seen.TryGetValue(name, out var problem))
        {
            _seen[name] = problem = _credentials.CertificateOf(name) is { } found ? ProblemOf(found.Chain.AsSpan(), found.Key.AsSpan()) : "the Secret has no certificate and key (tls.crt and tls.key)";
        }

        return problem;
    }

    private static string? ProblemOf(ReadOnlySpan<byte> chain, ReadOnlySpan<byte> key)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(chain), Encoding.UTF8.GetString(key));
            return null;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return $"certificate and key do not make a pair that can be read: {error.Message}";
        }
    }
}
