using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Generation.Secrets;

/// <summary>The Kubernetes Secrets of the cluster at one moment, and the ConfigMaps whose roots policies trust. Its text never holds their content.</summary>
public sealed class CredentialStore(IEnumerable<Secret> secrets, IEnumerable<ConfigMap> configMaps)
{
    private static readonly string[] s_certificates = ["cert", "tls.crt"];
    private static readonly string[] s_keys = ["key", "tls.key"];
    private static readonly string[] s_roots = ["cacert", "ca.crt"];
    private static readonly string[] s_revocations = ["crl", "ca.crl"];

    private readonly FrozenDictionary<NamespacedName, ConfigMap> _configMaps = configMaps.ToFrozenDictionary(map => NamespacedName.Of(map));
    private readonly FrozenDictionary<NamespacedName, Secret> _secrets = secrets.ToFrozenDictionary(secret => NamespacedName.Of(secret));

    public static CredentialStore Empty { get; } = new([], []);

    /// <summary>What everybody may have.</summary>
    public CredentialStore Public => field ??= new CredentialStore([], _configMaps.Values);

    /// <summary>The roots in a ConfigMap; null without any.</summary>
    public static string? RootsIn(ConfigMap map) => s_roots.Select(field => map.Data.GetValueOrDefault(field)).FirstOrDefault(text => !string.IsNullOrEmpty(text));

    public string? PublicRootsOf(NamespacedName name) => _configMaps.TryGetValue(name, out var map) ? RootsIn(map) : null;

    /// <summary>Certificate chain and key, as Istio finds them in a Secret; null when one is missing.</summary>
    public (ImmutableArray<byte> Chain, ImmutableArray<byte> Key)? CertificateOf(NamespacedName name) =>
        Find(name, s_certificates) is { } chain && Find(name, s_keys) is { } key ? (chain, key) : null;

    /// <summary>Roots and the list of revoked certificates (empty when there is none); null without roots.</summary>
    public (ImmutableArray<byte> Roots, ImmutableArray<byte> Revocations)? RootsOf(NamespacedName name) =>
        Find(name, s_roots) is { } roots ? (roots, Find(name, s_revocations) ?? []) : null;

    public bool Contains(NamespacedName name) => _secrets.ContainsKey(name);

    public override string ToString() => $"{_secrets.Count} secrets";

    private ImmutableArray<byte>? Find(NamespacedName name, string[] fields)
    {
        if (!_secrets.TryGetValue(name, out var secret))
        {
            return null;
        }

        foreach (var field in fields)
        {
            if (secret.Data.TryGetValue(field, out var content) && content.Length > 0)
            {
                return [.. content];
            }
        }

        return null;
    }
}
