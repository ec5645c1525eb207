using System.Collections.Immutable;

namespace Weft.ApiServer.Storage;

/// <summary>All objects at one revision. Immutable; readers never wait.</summary>
internal sealed record StoreSnapshot(long Revision, ImmutableDictionary<string, ImmutableSortedDictionary<string, StoredObject>> Resources)
{
    private static readonly ImmutableSortedDictionary<string, StoredObject> None = ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    public static StoreSnapshot Empty { get; } = new(0, ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, StoredObject>>(StringComparer.Ordinal));

    public StoredObject? Find(ObjectKey key) => Of(key.StorageKey).GetValueOrDefault(Path(key.Namespace, key.Name));

    /// <summary>The objects of a resource ordered by namespace and name.</summary>
    public ImmutableSortedDictionary<string, StoredObject> Of(string storageKey) => Resources.GetValueOrDefault(storageKey, None);

    public IEnumerable<StoredObject> InNamespace(string storageKey, string ns) =>
        Of(storageKey).Values.Where(o => o.Key.Namespace == ns);

    public StoreSnapshot With(StoredObject item) => this with
    {
        Revision = item.Revision,
        Resources = Resources.SetItem(item.Key.StorageKey, Of(item.Key.StorageKey).SetItem(Path(item.Key.Namespace, item.Key.Name), item)),
    };

    public StoreSnapshot Without(ObjectKey key, long revision) => this with
    {
        Revision = revision,
        Resources = Resources.SetItem(key.StorageKey, Of(key.StorageKey).Remove(Path(key.Namespace, key.Name))),
    };

    /// <summary>The order of lists, and what a continue token points behind. A namespace sorts before longer names that begin with it.</summary>
    public static string Path(string ns, string name) => ns.Length == 0 ? name : $"{ns}/{name}";
}
