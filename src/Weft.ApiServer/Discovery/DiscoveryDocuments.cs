using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Discovery;

/// <summary>The documents by which clients find out what is served.</summary>
internal static class DiscoveryDocuments
{
    public static JsonObject Versions(string address) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    public static JsonObject Groups(ResourceRegistry registry) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. GroupNames(registry).Select(g => (JsonNode)Versions(registry, g, []))]),
    };

    /// <summary>Null when the group is not served.</summary>
    public static JsonObject? Group(ResourceRegistry registry, string group) =>
        GroupNames(registry).Contains(group) ? Versions(registry, group, new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" }) : null;

    /// <summary>Null when the version is not served.</summary>
    public static JsonObject? Resources(ResourceRegistry registry, string group, string version)
    {
        if (!registry.GroupVersions.Contains((group, version))) return null;
        var resources = new JsonArray();
        foreach (var resource in registry.All.Where(r => r.Group == group && r.Version == version))
        {
            resources.Add(Describe(resource));
            foreach (var subresource in resource.Subresources) resources.Add(Describe(resource, subresource));
        }

        var list = new JsonObject { ["kind"] = "APIResourceList" };
        // The list of the core group is as old as v1 itself, and does not say its version.
        if (group.Length > 0) list["apiVersion"] = "v1";
        list["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        list["resources"] = resources;
        return list;
    }

    /// <summary>The aggregated list of the core group, or of all others.</summary>
    public static JsonObject Aggregated(ResourceRegistry registry, bool core) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. (core ? [""] : GroupNames(registry)).Select(g => (JsonNode)AggregatedGroup(registry, g))]),
    };

    private static IEnumerable<string> GroupNames(ResourceRegistry registry) => registry.GroupVersions.Select(v => v.Group).Distinct().Where(g => g.Length > 0);

    private static JsonObject Versions(ResourceRegistry registry, string group, JsonObject head)
    {
        var versions = registry.GroupVersions.Where(v => v.Group == group).Select(v => v.Version).Order(VersionOrder.Comparer)
            .Select(v => new JsonObject { ["groupVersion"] = $"{group}/{v}", ["version"] = v }).ToArray();
        head["name"] = group;
        head["versions"] = new JsonArray([.. versions.Select(v => (JsonNode)v)]);
        head["preferredVersion"] = versions[0].DeepClone();
        return head;
    }

    private static JsonObject Describe(ResourceDefinition resource)
    {
        var description = new JsonObject
        {
            ["name"] = resource.Plural,
            ["singularName"] = resource.Singular,
            ["namespaced"] = resource.Namespaced,
            ["kind"] = resource.Kind,
            ["verbs"] = Texts(resource.Verbs),
        };
        if (resource.ShortNames.Count > 0) description["shortNames"] = Texts(resource.ShortNames);
        if (resource.Categories.Count > 0) description["categories"] = Texts(resource.Categories);
        if (!resource.IsReview)
        {
            var hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{resource.Group}/{resource.StorageVersion}/{resource.Kind}"));
            description["storageVersionHash"] = Convert.ToBase64String(hash.AsSpan(0, 8));
        }

        return description;
    }

    private static JsonObject Describe(ResourceDefinition resource, SubresourceDefinition subresource)
    {
        var description = new JsonObject { ["name"] = $"{resource.Plural}/{subresource.Name}", ["singularName"] = "", ["namespaced"] = resource.Namespaced };
        if (subresource.Group != resource.Group)
        {
            description["group"] = subresource.Group;
            description["version"] = subresource.Version;
        }

        description["kind"] = subresource.Kind;
        description["verbs"] = Texts(subresource.Verbs);
        return description;
    }

    private static JsonObject AggregatedGroup(ResourceRegistry registry, string group)
    {
        var metadata = new JsonObject();
        if (group.Length > 0) metadata["name"] = group;
        var versions = registry.GroupVersions.Where(v => v.Group == group).Select(v => v.Version).Order(VersionOrder.Comparer);
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. versions.Select(v => (JsonNode)new JsonObject
            {
                ["version"] = v,
                ["resources"] = new JsonArray([.. registry.All.Where(r => r.Group == group && r.Version == v).Select(r => (JsonNode)AggregatedResource(r))]),
                ["freshness"] = "Current",
            })]),
        };
    }

    private static JsonObject AggregatedResource(ResourceDefinition resource)
    {
        var description = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = Kind(resource.IsCustom ? resource.Group : "", resource.IsCustom ? resource.Version : "", resource.Kind),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Texts(resource.Verbs),
        };
        if (resource.ShortNames.Count > 0) description["shortNames"] = Texts(resource.ShortNames);
        if (resource.Categories.Count > 0) description["categories"] = Texts(resource.Categories);
        if (resource.Subresources.Count > 0)
        {
            description["subresources"] = new JsonArray([.. resource.Subresources.Select(s => (JsonNode)new JsonObject
            {
                ["subresource"] = s.Name,
                ["responseKind"] = Kind(s.Group == resource.Group && !resource.IsCustom ? "" : s.Group, s.Group == resource.Group && !resource.IsCustom ? "" : s.Version, s.Kind),
                ["verbs"] = Texts(s.Verbs),
            })]);
        }

        return description;
    }

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);
}
