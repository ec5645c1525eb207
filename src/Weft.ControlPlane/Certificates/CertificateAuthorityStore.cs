using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Certificates;

/// <summary>The authority that an operator plugged in (Secret cacerts), else the mesh's own root, which is kept in the Secret where istiod keeps it, so that certificates stay good over a restart.</summary>
internal static class CertificateAuthorityStore
{
    public const string SecretName = "istio-ca-secret";
    private const string SecretType = "istio.io/ca-root";
    private const string CertificateKey = "ca-cert.pem";
    private const string PrivateKeyKey = "ca-key.pem";
    private const string RootKey = "root-cert.pem";
    private const string ChainKey = "cert-chain.pem";

    public const string PluggedInName = "cacerts";

    /// <summary>What is plugged in, else the kept root, or a new one that is kept from now on.</summary>
    public static async Task<CertificateAuthority> LoadOrCreateAsync(KubeClient client, string @namespace, string trustDomain, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(KubeResources.Secrets, @namespace, PluggedInName, cancellationToken) is { } secret)
        {
            return PluggedIn(secret, time);
        }

        if (await ReadAsync(client, @namespace, time, cancellationToken) is { } kept)
        {
            return kept;
        }

        var created = CertificateAuthority.Create(trustDomain, time);
        try
        {
            await client.CreateAsync(KubeResources.Secrets, @namespace, SecretOf(created, @namespace), cancellationToken);
            return created;
        }
        catch (KubernetesApiException error) when (error.IsAlreadyExists)
        {
            // Another control plane was faster: its root is the mesh's.
            created.Dispose();
            return await ReadAsync(client, @namespace, time, cancellationToken) ?? throw new InvalidOperationException($"Secret {SecretName} appeared and vanished");
        }
    }

    private static async Task<CertificateAuthority?> ReadAsync(KubeClient client, string @namespace, TimeProvider time, CancellationToken cancellationToken)
    {
        var secret = await client.GetAsync(KubeResources.Secrets, @namespace, SecretName, cancellationToken);
        return secret is null ? null : CertificateAuthority.Load(Text(secret, CertificateKey), Text(secret, PrivateKeyKey), time);
    }

    // In Istio's own names, or those of a Secret of type kubernetes.io/tls.
    private static CertificateAuthority PluggedIn(Secret secret, TimeProvider time)
    {
        try
        {
            return secret.Data.ContainsKey(CertificateKey)
                ? CertificateAuthority.LoadPluggedIn(Text(secret, CertificateKey), Text(secret, PrivateKeyKey), secret.Data.ContainsKey(ChainKey) ? Text(secret, ChainKey) : "", Text(secret, RootKey), time)
                : CertificateAuthority.LoadPluggedIn(Text(secret, "tls.crt"), Text(secret, "tls.key"), Text(secret, "tls.crt"), Text(secret, "ca.crt"), time);
        }
        catch (CryptographicException error)
        {
            throw new InvalidDataException(
                $"Secret {secret.Metadata.Namespace}/{PluggedInName} is no certificate authority: {error.Message}. Give it {CertificateKey}, {PrivateKeyKey}, {ChainKey} and {RootKey} that belong together, or delete it", error);
        }
    }

    private static string Text(Secret secret, string key) =>
        secret.Data.TryGetValue(key, out var value) ? Encoding.ASCII.GetString(value) : throw new InvalidDataException($"Secret {secret.Metadata.Namespace}/{secret.Metadata.Name} has no {key}");

    private static Secret SecretOf(CertificateAuthority authority, string @namespace) => new()
    {
        Metadata = new ObjectMeta { Name = SecretName, Namespace = @namespace },
        Type = SecretType,
        Data = ImmutableDictionary<string, byte[]>.Empty
            .Add(CertificateKey, Encoding.ASCII.GetBytes(authority.RootPem))
            .Add(PrivateKeyKey, Encoding.ASCII.GetBytes(authority.KeyPem))
            .Add(RootKey, Encoding.ASCII.GetBytes(authority.RootPem)),
    };
}
