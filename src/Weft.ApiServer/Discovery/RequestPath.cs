namespace Weft.ApiServer.Discovery;

/// <summary>What a path under /api or /apis names, by Kubernetes' rules for resource requests.</summary>
internal sealed record RequestPath(string Group, string Version, string Namespace, string Resource, string Name, string Subresource, bool DeprecatedWatch)
{
    /// <summary>Null when the path does not name a resource (discovery, health ...).</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Trim('/').Split('/');
        if (parts.Length < 3 || parts.Any(p => p.Length == 0)) return null;
        int next;
        string group;
        if (parts[0] == "api") (group, next) = ("", 1);
        else if (parts[0] == "apis" && parts.Length >= 4) (group, next) = (parts[1], 2);
        else return null;
        var version = parts[next++];
        var watch = next < parts.Length && parts[next] == "watch";
        if (watch) next++;
        return next < parts.Length ? Rest(group, version, watch, parts[next..]) : null;
    }

    private static RequestPath Rest(string group, string version, bool watch, string[] rest)
    {
        var ns = "";
        if (rest[0] == "namespaces" && rest.Length > 2 && !(rest.Length == 3 && rest[2] is "status" or "finalize" && group.Length == 0))
        {
            ns = rest[1];
            rest = rest[2..];
        }

        // What follows `proxy` is the path within the pod.
        var subresource = rest.Length <= 2 ? "" : rest[2] == "proxy" ? rest[2] : string.Join('/', rest[2..]);
        return new RequestPath(group, version, ns, rest[0], rest.Length > 1 ? rest[1] : "", subresource, watch);
    }
}
