using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Security;

/// <summary>
/// Nobody gives rights that he has not (kube-apiserver's pkg/registry/rbac): who writes a role must hold its rules or may <c>escalate</c>; who binds one
/// must hold its rules or may <c>bind</c> it. Masters may always.
/// </summary>
internal sealed class EscalationCheck(Authorizer authorizer, RoleRules roles)
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>Fields that the garbage collection writes; a change of these alone gives nobody a right.</summary>
    private static readonly string[] CollectorFields = ["finalizers", "ownerReferences", "managedFields", "resourceVersion"];

    /// <exception cref="StatusException">403: the caller would give rights that he has not; 404: the role to be bound is not there.</exception>
    public void Check(ResourceRequest request, JsonObject item, JsonObject? before, ResourceRegistry registry)
    {
        var resource = request.Resource;
        if (resource.Group != Group || request.User.IsMaster || (before is not null && IsSame(before, item))) return;
        if (resource.Kind is "Role" or "ClusterRole") CheckRole(request, item, before);
        else if (resource.Kind is "RoleBinding" or "ClusterRoleBinding") CheckBinding(request, item, registry);
    }

    private void CheckRole(ResourceRequest request, JsonObject role, JsonObject? before)
    {
        if (authorizer.Allows(request.User, new AccessAttributes("escalate", Group, request.Resource.Plural, "", request.Namespace, request.Path.Name))) return;
        Require(request, role, PolicyRule.OfRole(role));
        var aggregates = role.Object("aggregationRule") is not null || before?.Object("aggregationRule") is not null;
        if (aggregates && Missing(request, PolicyRule.FullAuthority).Count > 0)
            throw StatusErrors.Forbidden(request.Resource, role.TextAt("metadata", "name"), "must have cluster-admin privileges to use the aggregationRule");
    }

    private void CheckBinding(ResourceRequest request, JsonObject binding, ResourceRegistry registry)
    {
        var reference = binding.Object("roleRef") ?? [];
        var (kind, name) = (reference.Text("kind") ?? "", reference.Text("name") ?? "");
        var plural = kind == "ClusterRole" ? "clusterroles" : "roles";
        if (authorizer.Allows(request.User, new AccessAttributes("bind", reference.Text("apiGroup") ?? Group, plural, "", request.Namespace, name))) return;
        var rules = roles.OfRole(kind, request.Namespace, name)
            ?? throw StatusErrors.NotFound(registry.BuiltIn.First(r => r.Group == Group && r.Plural == plural), name);
        Require(request, binding, rules);
    }

    private void Require(ResourceRequest request, JsonObject item, IReadOnlyList<PolicyRule> rules)
    {
        var missing = Missing(request, rules);
        if (missing.Count == 0) return;
        var user = request.User;
        throw StatusErrors.Forbidden(
            request.Resource,
            item.TextAt("metadata", "name"),
            $"user {Admission.ObjectValidation.Quote(user.Name)} (groups={PolicyRule.Quoted(user.Groups)}) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', missing)}");
    }

    /// <summary>What the caller lacks of the rules: verbs on the same thing together, in order.</summary>
    private List<string> Missing(ResourceRequest request, IReadOnlyList<PolicyRule> rules)
    {
        var held = roles.Of(request.User, request.Namespace).ToArray();
        var lacking = rules.SelectMany(rule => rule.Parts()).Where(part => !held.Any(rule => rule.Covers(part))).ToList();
        var ofResources = lacking.Where(part => part.Paths.Count == 0)
            .GroupBy(part => (part.Groups[0], part.Resources[0], part.Names is [var name] ? name : ""))
            .Select(same => same.First() with { Verbs = [.. same.Select(part => part.Verbs[0]).Distinct()] });
        return [.. ofResources.Concat(lacking.Where(part => part.Paths.Count > 0)).Select(part => part.ToString()).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsSame(JsonObject before, JsonObject after) => JsonNode.DeepEquals(WithoutCollectorFields(before), WithoutCollectorFields(after));

    private static JsonObject WithoutCollectorFields(JsonObject item)
    {
        var copy = item.Clone();
        foreach (var field in CollectorFields) copy.Object("metadata")?.Remove(field);
        return copy;
    }
}
