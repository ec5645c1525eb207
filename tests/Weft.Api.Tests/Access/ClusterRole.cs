using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.Api.Access;

/// <summary>What <c>deploy/kubernetes.yaml</c> allows the console, and whether a request to an API server is within it.</summary>
internal sealed class ClusterRole
{
    private readonly List<(string? Namespace, JsonObject Rule)> _rules = [];

    private ClusterRole(IEnumerable<JsonObject> objects)
    {
        foreach (var role in objects.Where(one => one["kind"]!.ToString() is "ClusterRole" or "Role"))
        {
            _rules.AddRange(role["rules"]!.AsArray().Select(rule => (role["metadata"]!["namespace"]?.ToString(), rule!.AsObject())));
        }
    }

    public IEnumerable<JsonObject> Rules => _rules.Select(rule => rule.Rule);

    public static ClusterRole Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Weft.slnx")))
        {
            folder = folder.Parent;
        }

        return new ClusterRole(KubeYaml.Read(File.ReadAllText(Path.Combine(folder.FullName, "deploy/kubernetes.yaml"))).Select(document => (JsonObject)document.Content!));
    }

    /// <param name="url">Path and query as the API server sees them.</param>
    public bool Allows(string method, string url)
    {
        var parts = url.Split('?');
        var path = parts[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path is ["version"] || parts[0].StartsWith("/apis/authorization.k8s.io/v1/selfsubject", StringComparison.Ordinal))
        {
            // Every authenticated caller may (system:discovery, system:basic-user).
            return true;
        }

        var (group, rest) = path[0] == "api" ? ("", path[2..]) : (path[1], path[3..]);
        var ns = rest is ["namespaces", var named, _, ..] ? named : null;
        rest = ns is null ? rest : rest[2..];
        var resource = rest is [var plural, _, var subresource] ? $"{plural}/{subresource}" : rest[0];
        var verb = (method, rest.Length) switch
        {
            ("GET", 1) => parts.Length > 1 && parts[1].Contains("watch=true", StringComparison.Ordinal) ? "watch" : "list",
            ("GET", _) => "get",
            ("POST", _) => "create",
            _ => method,
        };
        return _rules.Any(rule => (rule.Namespace is null || rule.Namespace == ns) && Has(rule.Rule, "apiGroups", group) && Has(rule.Rule, "resources", resource) && Has(rule.Rule, "verbs", verb));
    }

    private static bool Has(JsonObject rule, string field, string value) => rule[field]!.AsArray().Any(one => one!.ToString() == value);
}
