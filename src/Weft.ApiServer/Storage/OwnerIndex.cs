using System.Collections.Immutable;

namespace Weft.ApiServer.Storage;

/// <summary>Who is alive, and who depends on whom, by uid. Immutable.</summary>
internal sealed record OwnerIndex(ImmutableDictionary<string, ObjectKey> Alive, ImmutableDictionary<string, ImmutableHashSet<ObjectKey>> Dependents)
{
    public static OwnerIndex Empty { get; } = new(ImmutableDictionary.Create<string, ObjectKey>(StringComparer.Ordinal), ImmutableDictionary.Create<string, ImmutableHashSet<ObjectKey>>(StringComparer.Ordinal));

    /// <summary>The objects that name the owner, whether he is there or not.</summary>
    public ImmutableHashSet<ObjectKey> Of(string owner) => Dependents.GetValueOrDefault(owner, []);

    public OwnerIndex Replace(StoredObject? before, StoredObject? after)
    {
        var alive = Alive;
        if (before is not null && before.Uid != after?.Uid) alive = alive.Remove(before.Uid);
        if (after is not null && before?.Uid != after.Uid) alive = alive.SetItem(after.Uid, after.Key);
        var dependents = Dependents;
        if (!Same(before?.Owners, after?.Owners))
        {
            foreach (var owner in before?.Owners ?? []) dependents = Remove(dependents, owner, before!.Key);
            foreach (var owner in after?.Owners ?? []) dependents = dependents.SetItem(owner, dependents.GetValueOrDefault(owner, []).Add(after!.Key));
        }

        return new OwnerIndex(alive, dependents);
    }

    private static bool Same(IReadOnlyList<string>? left, IReadOnlyList<string>? right) => (left ?? []).SequenceEqual(right ?? []);

    private static ImmutableDictionary<string, ImmutableHashSet<ObjectKey>> Remove(ImmutableDictionary<string, ImmutableHashSet<ObjectKey>> dependents, string owner, ObjectKey key)
    {
        var left = dependents.GetValueOrDefault(owner, []).Remove(key);
        return left.IsEmpty ? dependents.Remove(owner) : dependents.SetItem(owner, left);
    }
}
