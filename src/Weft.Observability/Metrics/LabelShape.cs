namespace Weft.Observability.Metrics;

/// <summary>Label names in the order in which series give them, and where each one's value goes in a set. Immutable.</summary>
internal sealed class LabelShape
{
    private readonly string[] _names;
    private readonly string[] _sorted;
    private readonly int[] _places;

    private LabelShape(string[] names, string[] sorted, int[] places)
    {
        _names = names;
        _sorted = sorted;
        _places = places;
    }

    /// <summary>Null when a name occurs twice.</summary>
    public static LabelShape? Of(ReadOnlySpan<string> names)
    {
        var sorted = names.ToArray();
        Array.Sort(sorted, StringComparer.Ordinal);
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1])
                return null;
        }

        var places = new int[names.Length];
        for (var i = 0; i < places.Length; i++)
            places[i] = Array.BinarySearch(sorted, names[i], StringComparer.Ordinal);
        return new LabelShape(names.ToArray(), sorted, places);
    }

    public bool Has(ReadOnlySpan<string> names)
    {
        if (names.Length != _names.Length)
            return false;
        for (var i = 0; i < names.Length; i++)
        {
            if (!string.Equals(names[i], _names[i], StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <summary>The set with these values, in the order of the names; null when one is empty.</summary>
    public LabelSet? SetOf(ReadOnlySpan<string> values)
    {
        var placed = new string[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Length == 0)
                return null;
            placed[_places[i]] = values[i];
        }

        return LabelSet.OfSorted(_sorted, placed);
    }
}
