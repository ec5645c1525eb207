using System.Collections.Frozen;
using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Console.IstioConfig;

/// <summary>All configuration objects of a cluster, as the API server serves them. Immutable; sorted by namespace and name.</summary>
public sealed class ConfigInventory
{
    private readonly FrozenDictionary<GroupVersionKind, Kind> _kinds;

    public ConfigInventory(IEnumerable<KeyValuePair<GroupVersionKind, ImmutableArray<UntypedObject>>> objects) =>
        _kinds = objects.ToFrozenDictionary(pair => pair.Key, pair => new Kind(pair.Value));

    public static ConfigInventory Empty { get; } = new([]);

    /// <summary>The objects of a kind in all namespaces.</summary>
    public ImmutableArray<UntypedObject> Of(GroupVersionKind kind) => _kinds.TryGetValue(kind, out var found) ? found.All : [];

    /// <summary>The objects of a kind in one namespace.</summary>
    public ImmutableArray<UntypedObject> Of(GroupVersionKind kind, string @namespace) =>
        _kinds.TryGetValue(kind, out var found) && found.ByNamespace.TryGetValue(@namespace, out var objects) ? objects : [];

    public UntypedObject? Find(GroupVersionKind kind, string @namespace, string name) => Of(kind, @namespace).FirstOrDefault(item => item.Metadata.Name == name);

    private sealed class Kind
    {
        public Kind(ImmutableArray<UntypedObject> objects)
        {
            All = [.. objects.OrderBy(item => item.Metadata.Namespace, StringComparer.Ordinal).ThenBy(item => item.Metadata.Name, StringComparer.Ordinal)];
            ByNamespace = All.GroupBy(item => item.Metadata.Namespace ?? "").ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        }

        public ImmutableArray<UntypedObject> All { get; }

        public FrozenDictionary<string, ImmutableArray<UntypedObject>> ByNamespace { get; }
    }
}
