using System.Collections;
using System.Collections.Immutable;

namespace Weft.ApiServer.Storage;

/// <summary>The objects of one resource in the order of lists. Immutable; a namespace and the rest of a page are found without looking at what lies before.</summary>
internal sealed class ResourceObjects : IReadOnlyCollection<StoredObject>
{
    private readonly ImmutableSortedSet<StoredObject> _objects;

    private ResourceObjects(ImmutableSortedSet<StoredObject> objects) => _objects = objects;

    public static ResourceObjects Empty { get; } = new(ImmutableSortedSet.Create<StoredObject>(PathOrder.Instance));

    public int Count => _objects.Count;

    public StoredObject this[int index] => _objects[index];

    public StoredObject? Find(string ns, string name) => _objects.TryGetValue(Probe(ns, name), out var found) ? found : null;

    public ResourceObjects With(StoredObject item) => new(_objects.Remove(item).Add(item));

    public ResourceObjects Without(ObjectKey key) => new(_objects.Remove(Probe(key.Namespace, key.Name)));

    /// <summary>Where the objects of a namespace stand: the index of the first one, and that behind the last one.</summary>
    public (int From, int To) RangeOf(string ns) => (IndexFrom(ns, ""), IndexFrom(ns, null));

    /// <summary>The index of the first object that does not stand before the given place. Without a name: the place behind the namespace.</summary>
    public int IndexFrom(string ns, string? name)
    {
        var (low, high) = (0, _objects.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (PathOrder.Compare(_objects[middle].Key, ns, name) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    public IEnumerable<StoredObject> InNamespace(string ns)
    {
        var (from, to) = RangeOf(ns);
        return Between(from, to);
    }

    public IEnumerable<StoredObject> Between(int from, int to)
    {
        for (var i = from; i < to; i++) yield return _objects[i];
    }

    public IEnumerator<StoredObject> GetEnumerator() => _objects.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static StoredObject Probe(string ns, string name) =>
        new() { Key = new ObjectKey("", ns, name), Revision = 0, Uid = "", Json = default, Labels = ImmutableDictionary<string, string>.Empty };

    /// <summary>Kubernetes' order of keys `namespace/name`: by bytes, the slash between them included.</summary>
    private sealed class PathOrder : IComparer<StoredObject>
    {
        public static readonly PathOrder Instance = new();

        public int Compare(StoredObject? x, StoredObject? y) => Compare(x!.Key, y!.Key.Namespace, y.Key.Name);

        /// <summary>A missing name stands behind all names of its namespace.</summary>
        public static int Compare(ObjectKey left, string ns, string? name)
        {
            if (left.Namespace == ns) return name is null ? -1 : string.CompareOrdinal(left.Name, name);
            var common = left.Namespace.AsSpan().CommonPrefixLength(ns);
            return At(left.Namespace, common) - At(ns, common);
        }

        private static int At(string ns, int index) => index < ns.Length ? ns[index] : '/';
    }
}
