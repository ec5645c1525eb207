using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.Runtime.Controllers;

/// <summary>One object before and after; null where it was not there.</summary>
internal readonly record struct ObjectChange<T>(T? Before, T? After)
    where T : class, IKubeObject
{
    public T Any => After ?? Before!; // One of them is there.
}

/// <summary>
/// What a controller knows of a collection: the watched state, and over it the objects that it has just written and whose events
/// have not come yet, so that it never acts twice on an old state.
/// </summary>
internal sealed class ObjectCache<T>(SnapshotSource<ResourceStore<T>> source)
    where T : class, IKubeObject
{
    private readonly ConcurrentDictionary<NamespacedName, T> _written = new();
    private readonly ConcurrentDictionary<string, NamespacedName> _deleted = new();

    public T? Find(NamespacedName name)
    {
        var store = source.Current;
        if (_written.TryGetValue(name, out var written))
        {
            if (IsNews(store, written))
                return written;
            _written.TryRemove(new KeyValuePair<NamespacedName, T>(name, written));
        }

        ForgetDeleted(store);
        return Visible(store.Items.GetValueOrDefault(name));
    }

    public IEnumerable<T> InNamespace(string @namespace) => All().Where(item => item.Metadata.Namespace == @namespace);

    public IEnumerable<T> All()
    {
        var store = source.Current;
        var written = Overlay(store);
        ForgetDeleted(store);
        foreach (var (name, item) in store.Items)
        {
            if (!written.ContainsKey(name) && Visible(item) is { } visible)
                yield return visible;
        }

        foreach (var item in written.Values)
            yield return item;
    }

    /// <summary>The server has answered a write with this object.</summary>
    public void NoteWritten(T item) => _written[NamespacedName.Of(item)] = item;

    /// <summary>The server has accepted the deletion of this object.</summary>
    public void NoteDeleted(T item)
    {
        _written.TryRemove(NamespacedName.Of(item), out _);
        if (item.Metadata.Uid is { } uid)
            _deleted[uid] = NamespacedName.Of(item);
    }

    /// <summary>First every object as an addition, then what has changed since; several changes of an object may come as one.</summary>
    public async IAsyncEnumerable<ImmutableArray<ObjectChange<T>>> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = ResourceStore<T>.Unread;
        await foreach (var store in source.WatchAsync(cancellationToken))
        {
            var changes = Between(seen.Items, store.Items);
            seen = store;
            if (!changes.IsEmpty)
                yield return changes;
        }
    }

    internal static ImmutableArray<ObjectChange<T>> Between(ImmutableDictionary<NamespacedName, T> before, ImmutableDictionary<NamespacedName, T> after)
    {
        if (ReferenceEquals(before, after))
            return [];
        var changes = ImmutableArray.CreateBuilder<ObjectChange<T>>();
        foreach (var (name, item) in after)
        {
            var former = before.GetValueOrDefault(name);
            if (!ReferenceEquals(former, item))
                changes.Add(new ObjectChange<T>(former, item));
        }

        foreach (var (name, item) in before)
        {
            if (!after.ContainsKey(name))
                changes.Add(new ObjectChange<T>(item, null));
        }

        return changes.DrainToImmutable();
    }

    private Dictionary<NamespacedName, T> Overlay(ResourceStore<T> store)
    {
        var overlay = new Dictionary<NamespacedName, T>();
        foreach (var (name, item) in _written)
        {
            if (IsNews(store, item))
                overlay[name] = item;
            else
                _written.TryRemove(new KeyValuePair<NamespacedName, T>(name, item));
        }

        return overlay;
    }

    /// <summary>A deleted object is not seen any more, until the watched state knows of its deletion and says what became of it.</summary>
    private T? Visible(T? stored) => stored?.Metadata.Uid is { } uid && _deleted.ContainsKey(uid) ? null : stored;

    private void ForgetDeleted(ResourceStore<T> store)
    {
        foreach (var (uid, name) in _deleted)
        {
            if (store.Items.GetValueOrDefault(name) is not { } item || item.Metadata.Uid != uid || item.Metadata.DeletionTimestamp is not null)
                _deleted.TryRemove(uid, out _);
        }
    }

    /// <summary>
    /// The collection's version is that of its newest event, so an object with a higher one has not come through the watch yet.
    /// Resource versions of one server are comparable numbers (Kubernetes 1.35 and later promise it).
    /// </summary>
    private static bool IsNews(ResourceStore<T> store, T written) => Version(written.Metadata.ResourceVersion) > Version(store.ResourceVersion);

    private static ulong Version(string? text) => ulong.TryParse(text, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
