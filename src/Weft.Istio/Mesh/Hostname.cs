namespace Weft.Istio.Mesh;

/// <summary>Host names as Istio's configuration writes them: exact, or with a leading star that stands for any prefix.</summary>
public static class Hostname
{
    public const string DefaultDomain = "cluster.local";

    /// <summary>The fully qualified name of a Kubernetes Service.</summary>
    public static string OfService(string name, string @namespace, string domain = DefaultDomain) => $"{name}.{@namespace}.svc.{domain}";

    /// <summary>
    /// A name without any dot belongs to the namespace of the object that holds it; everything else stays as it is
    /// (so <c>reviews.ns</c> is not a Service of namespace ns).
    /// </summary>
    public static string Resolve(string host, string configNamespace, string domain = DefaultDomain) =>
        host.Length == 0 || host.Contains('.') || host.StartsWith('*') || host.Contains(':') ? host : OfService(host, configNamespace, domain);

    public static bool IsWildcard(string host) => host.StartsWith('*');

    /// <summary>True when some name is covered by both.</summary>
    public static bool Matches(string left, string right) => (IsWildcard(left), IsWildcard(right)) switch
    {
        (false, false) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase),
        (true, true) => Suffix(left).EndsWith(Suffix(right), StringComparison.OrdinalIgnoreCase) || Suffix(right).EndsWith(Suffix(left), StringComparison.OrdinalIgnoreCase),
        (true, false) => right.EndsWith(Suffix(left), StringComparison.OrdinalIgnoreCase),
        (false, true) => left.EndsWith(Suffix(right), StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>True when every name that <paramref name="host"/> covers is covered by <paramref name="container"/>.</summary>
    public static bool IsSubsetOf(string host, string container) => (IsWildcard(host), IsWildcard(container)) switch
    {
        (false, false) => string.Equals(host, container, StringComparison.OrdinalIgnoreCase),
        (true, false) => false,
        _ => Suffix(host).EndsWith(Suffix(container), StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>Sorts the more specific host first: exact before wildcard, longer wildcard before shorter; otherwise equal.</summary>
    public static int CompareSpecificity(string left, string right) => (IsWildcard(left), IsWildcard(right)) switch
    {
        (false, false) => 0,
        (false, true) => -1,
        (true, false) => 1,
        (true, true) => right.Length.CompareTo(left.Length),
    };

    private static string Suffix(string host) => IsWildcard(host) ? host[1..] : host;
}
