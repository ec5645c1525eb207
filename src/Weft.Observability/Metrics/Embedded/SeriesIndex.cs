using System.Collections.Concurrent;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// Finds series by their labels. One writer adds; readers take no lock. Nothing is ever removed: the store builds a new index of the
/// series that remain.
/// </summary>
internal sealed class SeriesIndex
{
    private readonly ConcurrentDictionary<LabelSet, StoredSeries> _byLabels = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, PostingList>> _postings = new(StringComparer.Ordinal);

    public PostingList All { get; } = new();

    public StoredSeries? Find(LabelSet labels) => _byLabels.GetValueOrDefault(labels);

    public void Add(StoredSeries series)
    {
        foreach (var (name, value) in series.Labels)
            _postings.GetOrAdd(name, static _ => new(StringComparer.Ordinal)).GetOrAdd(value, static _ => new()).Add(series);
        All.Add(series);
        // Last: whoever finds the series can also select it.
        _byLabels[series.Labels] = series;
    }

    public IEnumerable<string> LabelNames => _postings.Keys;

    public IEnumerable<string> LabelValues(string name) => _postings.TryGetValue(name, out var values) ? values.Keys : [];

    /// <summary>Series that meet all conditions, in order of creation.</summary>
    public List<StoredSeries> Select(IReadOnlyList<LabelMatcher> matchers)
    {
        var start = Narrowest(matchers, out var used);
        var selected = new List<StoredSeries>();
        var filters = matchers.Where(matcher => matcher != used).Select(static matcher => new Filter(matcher)).ToArray();
        foreach (var postings in start)
        {
            foreach (var series in postings.Series)
            {
                if (Array.TrueForAll(filters, filter => filter.Accepts(series.Labels)))
                    selected.Add(series);
            }
        }

        if (start.Count > 1)
            selected.Sort(static (left, right) => left.Id.CompareTo(right.Id));
        return selected;
    }

    // The fewest lists that hold every series in question, and the condition that they already fulfil.
    private List<PostingList> Narrowest(IReadOnlyList<LabelMatcher> matchers, out LabelMatcher? used)
    {
        List<PostingList> best = [All];
        used = null;
        foreach (var matcher in matchers)
        {
            if (matcher.Negated || matcher.MatchesEmpty)
                continue;
            var lists = ListsOf(matcher);
            if (used is not null && lists.Sum(static list => (long)list.Count) >= best.Sum(static list => (long)list.Count))
                continue;
            best = lists;
            used = matcher;
        }

        return best;
    }

    private List<PostingList> ListsOf(LabelMatcher matcher)
    {
        if (!_postings.TryGetValue(matcher.Name, out var values))
            return [];
        if (matcher.Candidates is not { } candidates)
            return [.. values.Where(pair => matcher.Matches(pair.Key)).Select(static pair => pair.Value)];
        var lists = new List<PostingList>();
        foreach (var candidate in candidates)
        {
            if (values.TryGetValue(candidate, out var list))
                lists.Add(list);
        }

        return lists;
    }

    /// <summary>A condition that asks its regular expression once for each distinct value.</summary>
    private sealed class Filter(LabelMatcher matcher)
    {
        private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

        public bool Accepts(LabelSet labels)
        {
            var value = labels[matcher.Name];
            if (matcher.Kind == MatchKind.Equal)
                return string.Equals(value, matcher.Value, StringComparison.Ordinal);
            if (_known.TryGetValue(value, out var accepts))
                return accepts;
            return _known[value] = matcher.Matches(value);
        }
    }
}
