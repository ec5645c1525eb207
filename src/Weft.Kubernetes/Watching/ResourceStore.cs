using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Watching;

/// <summary>The objects of a collection at one moment.</summary>
/// <param name="IsSynced">False until the collection has been read once.</param>
public sealed record ResourceStore<T>(ImmutableDictionary<NamespacedName, T> Items, string? ResourceVersion, bool IsSynced)
    where T : class, IKubeObject
{
    public static readonly ResourceStore<T> Unread = new(ImmutableDictionary<NamespacedName, T>.Empty, null, false);

    public T? Find(string @namespace, string name) => Items.GetValueOrDefault(new NamespacedName(@namespace, name));

    public IEnumerable<T> InNamespace(string @namespace) => Items.Where(item => item.Key.Namespace == @namespace).Select(item => item.Value);

    internal ResourceStore<T> After(ResourceChange<T> change) => change.Type switch
    {
        ResourceChangeType.Synced => this with { IsSynced = true, ResourceVersion = change.ResourceVersion },
        ResourceChangeType.Deleted => this with { Items = Items.Remove(NamespacedName.Of(change.Resource!)), ResourceVersion = change.ResourceVersion },
        _ => this with { Items = Items.SetItem(NamespacedName.Of(change.Resource!), change.Resource!), ResourceVersion = change.ResourceVersion },
    };
}
