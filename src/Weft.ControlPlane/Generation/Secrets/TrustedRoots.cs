using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane.Generation.Secrets;

/// <summary>The ConfigMaps whose roots BackendTLSPolicies trust. Not for several threads at once.</summary>
internal sealed class TrustedRoots
{
    private ImmutableArray<ConfigMap> _maps = [];
    private ImmutableDictionary<NamespacedName, string?> _problems = ImmutableDictionary<NamespacedName, string?>.Empty;

    /// <summary>Those that are there; the same list as long as nothing changes.</summary>
    public ImmutableArray<ConfigMap> Maps => _maps;

    /// <summary>Of each ConfigMap that is there, what is wrong with it; null when nothing is. The same dictionary as long as nothing changes.</summary>
    public ImmutableDictionary<NamespacedName, string?> Of(ImmutableArray<K8sBackendTlsPolicy> policies, ResourceStore<ConfigMap> store)
    {
        var named = from policy in policies
                    from reference in policy.Spec.Validation.CaCertificateRefs
                    where reference.Kind == "ConfigMap"
                    select new NamespacedName(policy.Metadata.Namespace ?? "", reference.Name);
        ImmutableArray<ConfigMap> maps = [.. named.Distinct().Order().Select(name => store.Find(name.Namespace, name.Name)).OfType<ConfigMap>()];
        if (!maps.AsSpan().SequenceEqual(_maps.AsSpan(), ReferenceEqualityComparer.Instance))
        {
            (_maps, _problems) = (maps, maps.ToImmutableDictionary(map => NamespacedName.Of(map), ProblemOf));
        }

        return _problems;
    }

    private static string? ProblemOf(ConfigMap map)
    {
        if (CredentialStore.RootsIn(map) is not { } text)
        {
            return "the ConfigMap has no ca.crt";
        }

        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(text);
            return found.Count > 0 ? null : "its ca.crt holds no certificate in PEM";
        }
        catch (CryptographicException error)
        {
            return $"its ca.crt cannot be read: {error.Message}";
        }
    }
}
