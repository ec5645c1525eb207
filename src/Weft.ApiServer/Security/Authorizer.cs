namespace Weft.ApiServer.Security;

/// <summary>What is to be done, as the authorizer sees it. Path is set for requests that name no resource.</summary>
internal sealed record AccessAttributes(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name, string Path = "");

/// <summary>
/// Who may do what: masters everything, everybody the plain health checks, and else what the stored roles and bindings say (RBAC). What every cluster
/// has of these from the start stands in <c>bootstrap-roles.yaml</c>.
/// </summary>
internal sealed class Authorizer(RoleRules roles)
{
    private static readonly string[] AlwaysAllowedPaths = ["/healthz", "/livez", "/readyz"];

    public bool Allows(UserIdentity user, AccessAttributes access) =>
        user.IsMaster || AlwaysAllowedPaths.Contains(access.Path) || roles.Find(user, access) is not null;

    /// <summary>The grant of a role that allows it, for reviews; null when none does or none is needed.</summary>
    public RoleGrant? GrantOf(UserIdentity user, AccessAttributes access) => user.IsMaster ? null : roles.Find(user, access);

    /// <summary>What roles give the caller in a namespace.</summary>
    public IEnumerable<PolicyRule> RulesOf(UserIdentity user, string ns) => roles.Of(user, ns);
}
