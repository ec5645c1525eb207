namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Lists and sets: Kubernetes' list library, cel-go's sets and lists extensions.</summary>
internal static class CelListLibrary
{
    public static Dictionary<string, CelFunction> Functions { get; } = new(StringComparer.Ordinal)
    {
        [".indexOf"] = a => IndexOf(a, last: false),
        [".lastIndexOf"] = a => IndexOf(a, last: true),
        [".isSorted"] = a => a is [CelList list] ? list.Items.Zip(list.Items.Skip(1)).All(p => CelOperators.Compare(p.First, p.Second) <= 0) : throw CelException.NoOverload(),
        [".sum"] = a => a is [CelList list] ? Sum(list) : throw CelException.NoOverload(),
        [".min"] = a => a is [CelList list] ? Extreme(list, -1, "min") : throw CelException.NoOverload(),
        [".max"] = a => a is [CelList list] ? Extreme(list, 1, "max") : throw CelException.NoOverload(),
        [".sort"] = a => a is [CelList list] ? new CelList([.. list.Items.Order(Comparer<object?>.Create((x, y) => CelOperators.Compare(x, y) ?? 0))]) : throw CelException.NoOverload(),
        [".distinct"] = a => a is [CelList list] ? Distinct(list) : throw CelException.NoOverload(),
        [".slice"] = a => a is [CelList list, long start, long end] ? Slice(list, start, end) : throw CelException.NoOverload(),
        [".flatten"] = a => a is [CelList list] ? new CelList([.. list.Items.SelectMany(i => i is CelList inner ? inner.Items : [i])]) : throw CelException.NoOverload(),
        [".first"] = a => a is [CelList list] ? list.Count > 0 ? new CelOptional(true, list.Items[0]) : CelOptional.None : throw CelException.NoOverload(),
        [".last"] = a => a is [CelList list] ? list.Count > 0 ? new CelOptional(true, list.Items[^1]) : CelOptional.None : throw CelException.NoOverload(),
        ["sets.contains"] = a => a is [CelList list, CelList part] ? part.Items.All(p => Has(list, p)) : throw CelException.NoOverload(),
        ["sets.intersects"] = a => a is [CelList list, CelList other] ? other.Items.Any(o => Has(list, o)) : throw CelException.NoOverload(),
        ["sets.equivalent"] = a => a is [CelList list, CelList other] ? other.Items.All(o => Has(list, o)) && list.Items.All(i => Has(other, i)) : throw CelException.NoOverload(),
    };

    private static bool Has(CelList list, object? item) => list.Items.Any(i => CelOperators.Equals(i, item));

    private static object? IndexOf(object?[] arguments, bool last)
    {
        switch (arguments)
        {
            case [string text, string part]:
                return CelStringLibrary.IndexOf(text, part, last, null);
            case [string text, string part, long from]:
                return CelStringLibrary.IndexOf(text, part, last, from);
            case [CelList list, var item]:
                var items = list.Items.ToList();
                return (long)(last ? items.FindLastIndex(i => CelOperators.Equals(i, item)) : items.FindIndex(i => CelOperators.Equals(i, item)));
            default:
                throw CelException.NoOverload();
        }
    }

    private static object? Sum(CelList list) =>
        list.Count == 0 ? 0L : list.Items.Skip(1).Aggregate(list.Items[0], (sum, item) => CelOperators.Arithmetic("_+_", sum, item));

    private static object? Extreme(CelList list, int sign, string name)
    {
        if (list.Count == 0) throw new CelException($"{name} called on empty list");
        return list.Items.Skip(1).Aggregate(list.Items[0], (best, item) => CelOperators.Compare(item, best) * sign > 0 ? item : best);
    }

    private static CelList Distinct(CelList list)
    {
        var kept = new List<object?>();
        foreach (var item in list.Items)
            if (!kept.Any(k => CelOperators.Equals(k, item))) kept.Add(item);
        return new CelList(kept);
    }

    private static CelList Slice(CelList list, long start, long end) => start < 0 || end < start || end > list.Count
        ? throw new CelException($"cannot slice({start}, {end}), list is length {list.Count}")
        : new CelList([.. list.Items.Skip((int)start).Take((int)(end - start))]);
}
