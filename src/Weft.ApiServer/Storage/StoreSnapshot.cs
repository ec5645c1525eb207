using System.Collections.Immutable;

namespace Weft.ApiServer.Storage;

/// <summary>All objects at one revision. Immutable; readers never wait.</summary>
internal sealed record StoreSnapshot(long Revision, ImmutableDictionary<string, ResourceObjects> Resources, OwnerIndex Owners)
{
    public static StoreSnapshot Empty { get; } = new(0, ImmutableDictionary.Create<string, ResourceObjects>(StringComparer.Ordinal), OwnerIndex.Empty);

    public StoredObject? Find(ObjectKey key) => Of(key.StorageKey).Find(key.Namespace, key.Name);

    /// <summary>The objects of a resource ordered by namespace and name.</summary>
    public ResourceObjects Of(string storageKey) => Resources.GetValueOrDefault(storageKey, ResourceObjects.Empty);

    public IEnumerable<StoredObject> InNamespace(string storageKey, string ns) => Of(storageKey).InNamespace(ns);

    public StoreSnapshot With(StoredObject item) =>
        new(item.Revision, Resources.SetItem(item.Key.StorageKey, Of(item.Key.StorageKey).With(item)), Owners.Replace(Find(item.Key), item));

    public StoreSnapshot Without(ObjectKey key, long revision) =>
        new(revision, Resources.SetItem(key.StorageKey, Of(key.StorageKey).Without(key)), Owners.Replace(Find(key), null));
}
