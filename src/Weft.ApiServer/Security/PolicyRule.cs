using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Security;

/// <summary>One rule of a role: what it lets do, and whether it covers another.</summary>
internal sealed record PolicyRule(IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, IReadOnlyList<string> Names, IReadOnlyList<string> Paths)
{
    private const string All = "*";

    /// <summary>Everything, as cluster-admin has it.</summary>
    public static IReadOnlyList<PolicyRule> FullAuthority { get; } = [new([All], [All], [All], [], []), new([All], [], [], [], [All])];

    public static PolicyRule Of(JsonObject rule) =>
        new(Texts(rule, "verbs"), Texts(rule, "apiGroups"), Texts(rule, "resources"), Texts(rule, "resourceNames"), Texts(rule, "nonResourceURLs"));

    /// <summary>The rules that are written in a role.</summary>
    public static IReadOnlyList<PolicyRule> OfRole(JsonObject role) => [.. JsonAccess.Objects(role.Array("rules")).Select(Of)];

    public bool Allows(AccessAttributes access)
    {
        if (!Has(Verbs, access.Verb)) return false;
        if (access.Path.Length > 0) return CoversPath(access.Path);
        return Has(Groups, access.Group) && AllowsResource(access) && (Names.Count == 0 || Names.Contains(access.Name));
    }

    /// <summary>Whoever has this rule has all that a part of another (<see cref="Parts"/>) gives.</summary>
    public bool Covers(PolicyRule part) =>
        part.Verbs.All(v => Has(Verbs, v)) && part.Groups.All(g => Has(Groups, g)) && part.Resources.All(CoversResource) && part.Paths.All(CoversPath)
        && (Names.Count == 0 || (part.Names.Count > 0 && part.Names.All(Names.Contains)));

    /// <summary>The rule as rules of one verb on one resource (with one name) or one path each.</summary>
    public IEnumerable<PolicyRule> Parts()
    {
        var things =
            from @group in Groups
            from resource in Resources
            from verb in Verbs
            from name in Names.Count == 0 ? [[]] : Names.Select(n => (IReadOnlyList<string>)[n])
            select new PolicyRule([verb], [@group], [resource], name, []);
        return things.Concat(from path in Paths from verb in Verbs select new PolicyRule([verb], [], [], [], [path]));
    }

    public JsonObject ToJson()
    {
        var rule = new JsonObject { ["verbs"] = Json(Verbs) };
        if (Groups.Count > 0) rule["apiGroups"] = Json(Groups);
        if (Resources.Count > 0) rule["resources"] = Json(Resources);
        if (Names.Count > 0) rule["resourceNames"] = Json(Names);
        if (Paths.Count > 0) rule["nonResourceURLs"] = Json(Paths);
        return rule;
    }

    /// <summary>As kube-apiserver writes a rule in an error (CompactString).</summary>
    public override string ToString()
    {
        (string Name, IReadOnlyList<string> Values)[] parts = [("APIGroups", Groups), ("Resources", Resources), ("NonResourceURLs", Paths), ("ResourceNames", Names), ("Verbs", Verbs)];
        return $"{{{string.Join(", ", parts.Where(p => p.Values.Count > 0).Select(p => $"{p.Name}:{Quoted(p.Values)}"))}}}";
    }

    /// <summary>A list of texts as Go's %q prints it.</summary>
    public static string Quoted(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(Admission.ObjectValidation.Quote))}]";

    private bool AllowsResource(AccessAttributes access) =>
        CoversResource(access.Subresource.Length == 0 ? access.Resource : $"{access.Resource}/{access.Subresource}");

    /// <summary><c>*/scale</c> is that subresource of every resource.</summary>
    private bool CoversResource(string resource) =>
        Has(Resources, resource) || (resource.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && Resources.Contains($"*{resource[slash..]}"));

    private bool CoversPath(string path) =>
        Paths.Any(url => url == path || (url.EndsWith('*') && path.StartsWith(url.TrimEnd('*'), StringComparison.Ordinal)));

    private static bool Has(IReadOnlyList<string> texts, string wanted) => texts.Any(text => text == All || text == wanted);

    private static string[] Texts(JsonObject rule, string list) => [.. (rule.Array(list) ?? []).Select(text => text?.ToString() ?? "")];

    private static JsonArray Json(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
