using System.Collections.Immutable;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.Runtime.Controllers;

public sealed class ObjectCacheTests
{
    private readonly SnapshotSource<ResourceStore<Pod>> _source = new(Store(10, Pod("a", 5)));

    [Fact]
    public void A_written_object_is_seen_at_once_and_given_up_when_the_watch_has_passed_it()
    {
        var cache = new ObjectCache<Pod>(_source);
        cache.NoteWritten(Pod("b", 11));
        Assert.Equal(["a", "b"], Names(cache));
        _source.Publish(Store(12, Pod("a", 5)));
        Assert.Equal(["a"], Names(cache));
        Assert.Null(cache.Find(new NamespacedName("default", "b")));
    }

    [Fact]
    public void An_older_write_does_not_hide_what_the_watch_has_seen_since()
    {
        var cache = new ObjectCache<Pod>(_source);
        cache.NoteWritten(Pod("a", 4));
        Assert.Equal("5", cache.Find(new NamespacedName("default", "a"))!.Metadata.ResourceVersion);
    }

    [Fact]
    public void A_deleted_object_is_hidden_until_the_watch_shows_its_deletion()
    {
        var cache = new ObjectCache<Pod>(_source);
        cache.NoteDeleted(Pod("a", 5));
        Assert.Empty(Names(cache));
        var terminating = Pod("a", 11);
        _source.Publish(Store(11, terminating with { Metadata = terminating.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } }));
        Assert.Equal(["a"], Names(cache));
    }

    [Fact]
    public void Changes_are_what_was_added_replaced_and_removed()
    {
        var same = Pod("same", 1);
        var changes = ObjectCache<Pod>.Between(Store(1, same, Pod("old", 1), Pod("new", 1)).Items, Store(2, same, Pod("new", 2), Pod("added", 2)).Items);
        Assert.Equal(["added+", "new~", "old-"], changes.Select(Text).Order(StringComparer.Ordinal));
    }

    private static string Text(ObjectChange<Pod> change) =>
        change.Any.Metadata.Name + (change.Before is null ? "+" : change.After is null ? "-" : "~");

    private static IEnumerable<string> Names(ObjectCache<Pod> cache) => cache.All().Select(pod => pod.Metadata.Name).Order();

    private static Pod Pod(string name, int version) => new() { Metadata = new ObjectMeta { Name = name, Namespace = "default", Uid = "uid-" + name, ResourceVersion = $"{version}" } };

    private static ResourceStore<Pod> Store(int version, params Pod[] pods) =>
        new(pods.ToImmutableDictionary(pod => NamespacedName.Of(pod)), $"{version}", true);
}
