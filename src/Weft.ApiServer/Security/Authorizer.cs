namespace Weft.ApiServer.Security;

/// <summary>What is to be done, as the authorizer sees it. Path is set for requests that name no resource.</summary>
internal sealed record AccessAttributes(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name, string Path = "");

/// <summary>
/// Who may do what: what the stored roles say, and beside it the embedded mode's fixed policy. Masters may do everything; trusted service accounts may read and
/// write; every authenticated caller may discover and ask about himself; other service accounts may read everything but secrets, and open no streams to pods:
/// a command is no reading, though a web socket begins with GET.
/// </summary>
internal sealed class Authorizer(IReadOnlyList<string> trustedServiceAccounts, RoleRules roles)
{
    private static readonly string[] PublicPaths = ["/healthz", "/livez", "/readyz", "/version"];
    private static readonly string[] DiscoveryPaths = ["/api", "/apis", "/openapi", "/.well-known"];
    private static readonly string[] ReadVerbs = ["get", "list", "watch"];
    private static readonly string[] StreamSubresources = ["exec", "attach", "portforward"];

    private readonly HashSet<string> _trusted = [.. trustedServiceAccounts.Select(a => UserIdentity.ServiceAccountPrefix + a.Replace('/', ':'))];

    public bool Allows(UserIdentity user, AccessAttributes access) => AllowsAlways(user, access) || roles.Find(user, access) is not null;

    /// <summary>The grant of a role that allows it, for reviews; null when none does or none is needed.</summary>
    public RoleGrant? GrantOf(UserIdentity user, AccessAttributes access) => user.IsMaster ? null : roles.Find(user, access);

    /// <summary>What roles give the caller in a namespace.</summary>
    public IEnumerable<System.Text.Json.Nodes.JsonObject> RulesOf(UserIdentity user, string ns) => user.IsMaster ? [] : roles.Of(user, ns);

    private bool AllowsAlways(UserIdentity user, AccessAttributes access)
    {
        if (user.IsMaster || _trusted.Contains(user.Name)) return true;
        if (access.Path.Length > 0) return AllowsPath(user, access);
        if (user.IsAnonymous) return false;
        if (IsSelfReview(access)) return true;
        return user.IsServiceAccount && ReadVerbs.Contains(access.Verb) && access.Resource != "secrets" && !StreamSubresources.Contains(access.Subresource);
    }

    private static bool AllowsPath(UserIdentity user, AccessAttributes access)
    {
        var path = access.Path.TrimEnd('/');
        if (access.Verb is not ("get" or "head")) return false;
        if (PublicPaths.Contains(path) || PublicPaths.Any(p => path.StartsWith(p + "/", StringComparison.Ordinal))) return true;
        return !user.IsAnonymous && DiscoveryPaths.Any(p => path == p || path.StartsWith(p + "/", StringComparison.Ordinal));
    }

    private static bool IsSelfReview(AccessAttributes access) => access.Verb == "create" && access switch
    {
        { Group: "authorization.k8s.io", Resource: "selfsubjectaccessreviews" or "selfsubjectrulesreviews" } => true,
        { Group: "authentication.k8s.io", Resource: "selfsubjectreviews" } => true,
        _ => false,
    };
}
