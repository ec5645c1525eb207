using System.Collections.Immutable;

namespace Weft.ApiServer.Storage;

public sealed class ResourceObjectsTests
{
    private static readonly string[] Namespaces = ["", "a", "a-b", "a0", "ab", "b", "default", "default-2"];
    private static readonly string[] Names = ["a", "a.b", "a-b", "b", "x1", "x10", "x2"];

    [Fact]
    public void Objects_stand_in_the_order_of_their_keys()
    {
        var objects = All();
        var wanted = objects.Select(o => Path(o.Key)).Order(StringComparer.Ordinal);
        Assert.Equal(wanted, objects.Select(o => Path(o.Key)));
        Assert.Equal(Namespaces.Length * Names.Length, objects.Count);
    }

    [Fact]
    public void A_namespace_is_exactly_its_range_and_every_place_is_found_by_its_key()
    {
        var objects = All();
        foreach (var ns in Namespaces)
        {
            var (from, to) = objects.RangeOf(ns);
            Assert.Equal(Names.Length, to - from);
            Assert.All(objects.InNamespace(ns), o => Assert.Equal(ns, o.Key.Namespace));
        }

        for (var i = 0; i < objects.Count; i++)
        {
            var key = objects[i].Key;
            Assert.Equal(i, objects.IndexFrom(key.Namespace, key.Name));
            Assert.Equal(i + 1, objects.IndexFrom(key.Namespace, key.Name + "\0"));
            Assert.Same(objects[i], objects.Find(key.Namespace, key.Name));
        }

        Assert.Null(objects.Find("a", "nope"));
        Assert.Empty(objects.InNamespace("nope"));
    }

    [Fact]
    public void A_new_state_replaces_the_old_one_and_owners_are_indexed()
    {
        var first = Make("ns", "a", 1, "owner-1");
        var second = Make("ns", "a", 2, "owner-2");
        var snapshot = StoreSnapshot.Empty.With(first).With(second);
        Assert.Same(second, Assert.Single(snapshot.Of("things")));
        Assert.Empty(snapshot.Owners.Of("owner-1"));
        Assert.Equal(second.Key, Assert.Single(snapshot.Owners.Of("owner-2")));
        var empty = snapshot.Without(second.Key, 3);
        Assert.Empty(empty.Of("things"));
        Assert.Empty(empty.Owners.Of("owner-2"));
        Assert.Empty(empty.Owners.Alive);
    }

    private static ResourceObjects All()
    {
        var objects = ResourceObjects.Empty;
        foreach (var ns in Namespaces.Reverse())
            foreach (var name in Names) objects = objects.With(Make(ns, name, 1, ""));
        return objects;
    }

    private static string Path(ObjectKey key) => $"{key.Namespace}/{key.Name}";

    private static StoredObject Make(string ns, string name, long revision, string owner) => new()
    {
        Key = new ObjectKey("things", ns, name), Revision = revision, Uid = "uid", Json = default, Labels = ImmutableDictionary<string, string>.Empty, Owners = owner.Length == 0 ? [] : [owner],
    };
}
