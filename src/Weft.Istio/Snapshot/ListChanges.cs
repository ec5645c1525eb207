using System.Collections.Immutable;

namespace Weft.Istio.Snapshot;

/// <summary>What two lists of watched objects do not have in common, by identity.</summary>
/// <param name="KeepsOrder">What they have in common comes in the same order in both.</param>
internal sealed record ListChanges<T>(ImmutableArray<T> Removed, ImmutableArray<T> Added, bool KeepsOrder)
    where T : class
{
    public static ListChanges<T> Between(ImmutableArray<T> before, ImmutableArray<T> after)
    {
        var start = 0;
        while (start < before.Length && start < after.Length && ReferenceEquals(before[start], after[start]))
        {
            start++;
        }

        var end = 0;
        while (end < Math.Min(before.Length, after.Length) - start && ReferenceEquals(before[^(end + 1)], after[^(end + 1)]))
        {
            end++;
        }

        var (removed, keptBefore) = Split(before[start..^end], after[start..^end]);
        var (added, keptAfter) = Split(after[start..^end], before[start..^end]);
        return new ListChanges<T>(removed, added, keptBefore.SequenceEqual(keptAfter, ReferenceEqualityComparer.Instance));
    }

    private static (ImmutableArray<T> Without, List<T> Within) Split(ImmutableArray<T> all, ImmutableArray<T> others)
    {
        var known = new HashSet<T>(others, ReferenceEqualityComparer.Instance);
        var parts = all.ToLookup(known.Contains);
        return ([.. parts[false]], [.. parts[true]]);
    }
}
