using System.Collections.Frozen;

namespace Weft.ApiServer.Discovery;

/// <summary>Everything that is served at one moment: the built-in resources and those of established CustomResourceDefinitions. Immutable.</summary>
internal sealed class ResourceRegistry
{
    private readonly FrozenDictionary<string, ResourceDefinition> _byPath;
    private readonly FrozenDictionary<string, ResourceDefinition> _byKind;
    private readonly FrozenDictionary<string, ResourceDefinition> _byStorageKey;

    public ResourceRegistry(IReadOnlyList<ResourceDefinition> builtIn, IReadOnlyList<ResourceDefinition> custom)
    {
        BuiltIn = builtIn;
        All = [.. builtIn, .. custom];
        _byPath = All.ToFrozenDictionary(r => Key(r.Group, r.Version, r.Plural), StringComparer.Ordinal);
        _byKind = All.DistinctBy(r => Key(r.Group, r.Version, r.Kind)).ToFrozenDictionary(r => Key(r.Group, r.Version, r.Kind), StringComparer.Ordinal);
        _byStorageKey = All.Where(r => !r.IsReview).GroupBy(r => r.StorageKey).Select(g => g.FirstOrDefault(r => r.Version == r.StorageVersion) ?? g.First())
            .ToFrozenDictionary(r => r.StorageKey, StringComparer.Ordinal);
        GroupVersions = [.. All.Select(r => (r.Group, r.Version)).Distinct()];
    }

    public IReadOnlyList<ResourceDefinition> BuiltIn { get; }

    public IReadOnlyList<ResourceDefinition> All { get; }

    /// <summary>Served group versions; within a group the preferred one first.</summary>
    public IReadOnlyList<(string Group, string Version)> GroupVersions { get; }

    public ResourceDefinition? Find(string group, string version, string plural) => _byPath.GetValueOrDefault(Key(group, version, plural));

    public ResourceDefinition? FindKind(string group, string version, string kind) => _byKind.GetValueOrDefault(Key(group, version, kind));

    public ResourceDefinition? FindKind(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? FindKind("", apiVersion, kind) : FindKind(apiVersion[..slash], apiVersion[(slash + 1)..], kind);
    }

    /// <summary>One definition per stored set of objects (its storage version where served).</summary>
    public IEnumerable<ResourceDefinition> Stored() => _byStorageKey.Values;

    /// <summary>The definition of the objects that are kept under the name; null when they are no longer served.</summary>
    public ResourceDefinition? StoredAs(string storageKey) => _byStorageKey.GetValueOrDefault(storageKey);

    private static string Key(string group, string version, string name) => $"{group}/{version}/{name}";
}
