namespace Weft.ControlPlane.Certificates;

/// <summary>Who calls: a service account of the mesh.</summary>
public sealed record CallerIdentity(string TrustDomain, string Namespace, string ServiceAccount)
{
    private const string Scheme = "spiffe://";

    public string Spiffe => $"{Scheme}{TrustDomain}/ns/{Namespace}/sa/{ServiceAccount}";

    /// <summary>Null when the text is not of Istio's form spiffe://domain/ns/namespace/sa/account.</summary>
    public static CallerIdentity? Parse(string spiffe)
    {
        if (!spiffe.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = spiffe[Scheme.Length..].Split('/');
        return parts is [{ Length: > 0 } domain, "ns", { Length: > 0 } @namespace, "sa", { Length: > 0 } account] ? new(domain, @namespace, account) : null;
    }
}
