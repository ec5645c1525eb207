using System.Collections.Immutable;
using System.Text;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Certificates;

/// <summary>Keeps the root in the Secret where istiod keeps it, so that certificates stay good over a restart.</summary>
internal static class CertificateAuthorityStore
{
    public const string SecretName = "istio-ca-secret";
    private const string SecretType = "istio.io/ca-root";
    private const string CertificateKey = "ca-cert.pem";
    private const string PrivateKeyKey = "ca-key.pem";
    private const string RootKey = "root-cert.pem";

    /// <summary>The kept root, or a new one that is kept from now on.</summary>
    public static async Task<CertificateAuthority> LoadOrCreateAsync(KubeClient client, string @namespace, string trustDomain, TimeProvider time, CancellationToken cancellationToken)
    {
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

    private static string Text(Secret secret, string key) =>
        secret.Data.TryGetValue(key, out var value) ? Encoding.ASCII.GetString(value) : throw new InvalidDataException($"Secret {SecretName} has no {key}");

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
