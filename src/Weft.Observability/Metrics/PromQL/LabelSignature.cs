using System.Collections.Immutable;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>The part of a label set by which series are grouped or matched.</summary>
internal static class LabelSignature
{
    /// <summary>For <c>by</c> and <c>on</c>: only the listed labels.</summary>
    public static Func<LabelSet, LabelSet> Keeping(ImmutableArray<string> names)
    {
        if (names.IsEmpty)
            return static _ => LabelSet.Empty;
        var sorted = names.Distinct().Order(StringComparer.Ordinal).ToArray();
        return labels => Keep(labels, sorted);
    }

    /// <summary>For <c>without</c> and <c>ignoring</c>: all but the listed labels and the metric's name.</summary>
    public static Func<LabelSet, LabelSet> Dropping(ImmutableArray<string> names)
    {
        var dropped = names.Add(LabelSet.MetricNameLabel).ToHashSet(StringComparer.Ordinal);
        return labels => labels.Where(name => !dropped.Contains(name));
    }

    // Both lists are sorted: one pass.
    private static LabelSet Keep(LabelSet labels, string[] names)
    {
        var keptNames = new string[Math.Min(names.Length, labels.Count)];
        var keptValues = new string[keptNames.Length];
        var count = 0;
        var wanted = 0;
        for (var i = 0; i < labels.Count && wanted < names.Length; i++)
        {
            var name = labels.NameAt(i);
            int order;
            while ((order = string.CompareOrdinal(names[wanted], name)) < 0 && ++wanted < names.Length)
            {
            }

            if (order != 0)
                continue;
            keptNames[count] = name;
            keptValues[count++] = labels.ValueAt(i);
            wanted++;
        }

        return count == keptNames.Length ? LabelSet.OfSorted(keptNames, keptValues) : LabelSet.OfSorted(keptNames[..count], keptValues[..count]);
    }
}
