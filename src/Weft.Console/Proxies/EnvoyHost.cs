using Weft.Istio.Mesh;

namespace Weft.Console.Proxies;

/// <summary>A host of the registry, in its parts. Complete when it is a Service of Kubernetes.</summary>
public sealed record EnvoyHost(string Service, string Namespace, string Cluster, bool IsComplete)
{
    private const string Domain = "svc." + Hostname.DefaultDomain;

    /// <param name="isOfMesh">A short name is a Service's; otherwise only a fully qualified one is.</param>
    public static EnvoyHost Parse(string host, bool isOfMesh = false)
    {
        if (host.EndsWith("." + Domain, StringComparison.Ordinal))
        {
            var parts = host[..^(Domain.Length + 1)].Split('.', 2);
            return new EnvoyHost(parts[0], parts.Length > 1 ? parts[1] : "", Domain, true);
        }

        return isOfMesh && (host.Length == 0 || !host.Contains('.', StringComparison.Ordinal))
            ? new EnvoyHost(host, "", Domain, true)
            : new EnvoyHost(host, "", "", false);
    }
}
