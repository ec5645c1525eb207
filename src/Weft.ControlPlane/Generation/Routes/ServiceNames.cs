namespace Weft.ControlPlane.Generation.Routes;

/// <summary>The other names by which DNS in a cluster knows the host of a service.</summary>
internal static class ServiceNames
{
    private const string ClusterSuffix = ".svc.cluster.local";
    private const string ServicePart = ".svc";

    /// <summary>The absolute name, and of a host of the cluster the short ones that a caller of a namespace may use.</summary>
    public static IEnumerable<string> Alternatives(string host, string callerNamespace)
    {
        if (!System.Net.IPAddress.TryParse(host, out _))
        {
            yield return $"{host}.";
        }

        if (host.StartsWith('*') || !host.EndsWith(ClusterSuffix, StringComparison.Ordinal) || host[..^ClusterSuffix.Length] is not { } name || name.IndexOf('.', StringComparison.Ordinal) is not (> 0 and var dot))
        {
            yield break;
        }

        if (name[(dot + 1)..] == callerNamespace)
        {
            yield return name[..dot];
            yield return $"{name}{ServicePart}";
            yield return name;
        }
        else
        {
            yield return name;
            yield return $"{name}{ServicePart}";
        }
    }
}
