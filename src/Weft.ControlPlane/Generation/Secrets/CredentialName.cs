using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Generation.Secrets;

/// <summary>
/// What a secret of SDS stands for: <c>kubernetes://name</c> or <c>kubernetes://namespace/name</c> (<c>kubernetes-gateway://</c> for listeners of the Gateway API), the certificate and key of a Kubernetes Secret,
/// and with <c>-cacert</c> at its end the roots that clients are verified by; <c>configmap://namespace/name-cacert</c>, the roots in a ConfigMap that a BackendTLSPolicy trusts.
/// </summary>
/// <param name="Resource">The name as the proxy asked for it.</param>
public sealed record CredentialName(string Resource, NamespacedName Secret, bool IsRoots)
{
    private const string Scheme = "kubernetes://";

    /// <summary>Of listeners of the Gateway API.</summary>
    private const string GatewayScheme = "kubernetes-gateway://";

    private const string ConfigMapScheme = "configmap://";

    private const string RootsSuffix = "-cacert";

    /// <summary>It is a ConfigMap, whose content is no secret.</summary>
    public bool IsPublic { get; init; }

    /// <summary>The Secret that holds the roots when there is none of the whole name.</summary>
    public NamespacedName Stripped => new(Secret.Namespace, Secret.Name[..^RootsSuffix.Length]);

    /// <summary>The name of the certificate that the roots belong to; of a certificate its own.</summary>
    public string Certificate => IsRoots ? Resource[..^RootsSuffix.Length] : Resource;

    /// <summary>Null for the name of another kind of secret.</summary>
    public static CredentialName? Parse(string resource, string @namespace)
    {
        if (resource.StartsWith(ConfigMapScheme, StringComparison.Ordinal))
        {
            return resource.EndsWith(RootsSuffix, StringComparison.Ordinal) && resource[ConfigMapScheme.Length..^RootsSuffix.Length].Split('/') is [{ Length: > 0 } own, { Length: > 0 } map]
                ? new CredentialName(resource, new NamespacedName(own, map), IsRoots: true) { IsPublic = true }
                : null;
        }

        var scheme = resource.StartsWith(GatewayScheme, StringComparison.Ordinal) ? GatewayScheme : Scheme;
        if (!resource.StartsWith(scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = resource[scheme.Length..].Split('/');
        var secret = parts switch
        {
            [{ Length: > 0 } name] => new NamespacedName(@namespace, name),
            [{ Length: > 0 } stated, { Length: > 0 } name] => new NamespacedName(stated, name),
            _ => default(NamespacedName?),
        };
        return secret is { } found ? new CredentialName(resource, found, found.Name.EndsWith(RootsSuffix, StringComparison.Ordinal) && found.Name.Length > RootsSuffix.Length) : null;
    }
}
