using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Security;

/// <summary>A binding that gives a caller what he asks for, as the reason of a review names it.</summary>
internal sealed record RoleGrant(string Binding, string Role, string Subject)
{
    public string Reason => $"RBAC: allowed by {Binding} of {Role} to {Subject}";
}

/// <summary>
/// What the stored roles and bindings allow. Read again when one of them has changed; a binding whose role is not there gives nothing.
/// A role that selects others by aggregation has the rules that are written in it, which <see cref="Controllers.RoleAggregation"/> keeps to be those of the others.
/// </summary>
internal sealed class RoleRules(ObjectStore store)
{
    private const string Prefix = "rbac.authorization.k8s.io/";
    private static readonly string[] Kinds = [Prefix + "clusterrolebindings", Prefix + "rolebindings", Prefix + "clusterroles", Prefix + "roles"];
    // One reference: what is read stands with what it was read of, whoever reads at the same time.
    private volatile Reading _read = new([], []);

    /// <summary>The first binding that allows it; null when none does.</summary>
    public RoleGrant? Find(UserIdentity user, AccessAttributes access)
    {
        foreach (var binding in Bindings())
        {
            if (binding.Namespace.Length > 0 && (access.Path.Length > 0 || binding.Namespace != access.Namespace)) continue;
            if (binding.Subjects.FirstOrDefault(s => s.Is(user)) is { } subject && binding.Rules.Any(rule => rule.Allows(access))) return new RoleGrant(binding.Title, binding.RoleTitle, subject.Title);
        }

        return null;
    }

    /// <summary>The rules that hold for the caller in a namespace.</summary>
    public IEnumerable<PolicyRule> Of(UserIdentity user, string ns) =>
        Bindings().Where(b => (b.Namespace.Length == 0 || b.Namespace == ns) && b.Subjects.Any(s => s.Is(user))).SelectMany(b => b.Rules);

    /// <summary>The rules of a role that a binding names; null when there is no such role.</summary>
    public IReadOnlyList<PolicyRule>? OfRole(string kind, string ns, string name) => OfRole(store.Current, kind, ns, name);

    private static IReadOnlyList<PolicyRule>? OfRole(StoreSnapshot snapshot, string kind, string ns, string name)
    {
        var key = kind == "ClusterRole" ? new ObjectKey(Kinds[2], "", name) : new ObjectKey(Kinds[3], ns, name);
        return snapshot.Find(key) is { } role ? PolicyRule.OfRole(JsonText.ParseObject(role.Json.Span)) : null;
    }

    private IReadOnlyList<Binding> Bindings()
    {
        var snapshot = store.Current;
        var of = Kinds.Select(snapshot.Of).ToArray();
        var read = _read;
        if (read.Of.Length == of.Length && of.Zip(read.Of).All(pair => ReferenceEquals(pair.First, pair.Second))) return read.Bindings;
        read = new Reading(of, [.. of[0].Concat(of[1]).Select(b => Read(b, snapshot))]);
        _read = read;
        return read.Bindings;
    }

    private static Binding Read(StoredObject item, StoreSnapshot snapshot)
    {
        var content = JsonText.ParseObject(item.Json.Span);
        var reference = content.Object("roleRef") ?? [];
        var (kind, name) = (reference.Text("kind") ?? "", reference.Text("name") ?? "");
        return new Binding(
            item.Key.Namespace,
            item.Key.Namespace.Length == 0 ? $"ClusterRoleBinding \"{item.Key.Name}\"" : $"RoleBinding \"{item.Key.Name}/{item.Key.Namespace}\"",
            $"{kind} \"{name}\"",
            [.. JsonAccess.Objects(content.Array("subjects")).Select(s => new Subject(s.Text("kind") ?? "", s.Text("namespace") ?? "", s.Text("name") ?? ""))],
            OfRole(snapshot, kind, item.Key.Namespace, name) ?? []);
    }

    private sealed record Reading(ResourceObjects[] Of, IReadOnlyList<Binding> Bindings);

    private sealed record Binding(string Namespace, string Title, string RoleTitle, IReadOnlyList<Subject> Subjects, IReadOnlyList<PolicyRule> Rules);

    private sealed record Subject(string Kind, string Namespace, string Name)
    {
        public string Title => Kind == "ServiceAccount" ? $"ServiceAccount \"{Name}/{Namespace}\"" : $"{Kind} \"{Name}\"";

        public bool Is(UserIdentity user) => Kind switch
        {
            "User" => user.Name == Name,
            "Group" => user.Groups.Contains(Name),
            "ServiceAccount" => user.Name == $"{UserIdentity.ServiceAccountPrefix}{Namespace}:{Name}",
            _ => false,
        };
    }
}
