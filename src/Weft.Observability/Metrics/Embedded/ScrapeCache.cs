using System.Collections.Immutable;
using System.Text;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// What one target has exposed so far: the stored series of each line by its text, so that a line is taken apart only once, and which
/// lines the last scrape had, so that those that vanish are marked stale. Used by one scrape at a time.
/// </summary>
internal sealed class ScrapeCache(SeriesStore store, LabelSet targetLabels, ScrapeOptions options)
{
    // Lines that have not been seen for so many scrapes are forgotten.
    private const int MaxIdleScrapes = 10;

    private readonly Dictionary<byte[], Entry> _entries = new(Utf8Comparer.Instance);
    private Utf8Pool _pool = new();
    private int _scrape;

    /// <summary>TYPE, HELP and UNIT by metric; taken anew when new series have come.</summary>
    public ImmutableDictionary<string, MetricMetadata> Metadata { get; private set; } = ImmutableDictionary<string, MetricMetadata>.Empty;

    /// <summary>Stores a whole exposition, or nothing of it when any line is wrong.</summary>
    public (int Samples, int NewSeries) Store(ReadOnlySpan<byte> body, bool isOpenMetrics, long timestamp)
    {
        var samples = new List<(Entry Entry, double Value, long? Timestamp)>(_entries.Count);
        var added = ReadSamples(body, isOpenMetrics, samples);
        if (added.Count > 0)
            Metadata = ReadMetadata(body, isOpenMetrics);
        _scrape++;
        foreach (var (text, entry) in added)
            _entries[text] = entry;
        foreach (var (entry, value, explicitTime) in samples)
        {
            entry.LastSeen = _scrape;
            entry.TracksStaleness = explicitTime is null;
            Append(entry, explicitTime ?? timestamp, value);
        }

        MarkVanished(timestamp);
        return (samples.Count, added.Count);
    }

    /// <summary>Marks everything that the last scrape had as gone.</summary>
    public void MarkAllStale(long timestamp)
    {
        _scrape++;
        MarkVanished(timestamp);
    }

    private Dictionary<byte[], Entry> ReadSamples(ReadOnlySpan<byte> body, bool isOpenMetrics, List<(Entry, double, long?)> samples)
    {
        var known = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
        var added = new Dictionary<byte[], Entry>(Utf8Comparer.Instance);
        var addedLookup = added.GetAlternateLookup<ReadOnlySpan<byte>>();
        var reader = new ExpositionReader(body, isOpenMetrics);
        ExpositionLine line;
        while ((line = reader.Next()) != ExpositionLine.End)
        {
            if (line != ExpositionLine.Sample)
                continue;
            if (!known.TryGetValue(reader.Series, out var entry) && !addedLookup.TryGetValue(reader.Series, out entry))
            {
                entry = new Entry(SeriesLabels(reader.Series));
                added.Add(reader.Series.ToArray(), entry);
            }

            samples.Add((entry, reader.Value, reader.Timestamp));
            if (samples.Count > options.MaxSamples)
                throw new ScrapeException($"sample limit exceeded: more than {options.MaxSamples} samples");
        }

        return added;
    }

    private static ImmutableDictionary<string, MetricMetadata> ReadMetadata(ReadOnlySpan<byte> body, bool isOpenMetrics)
    {
        var metrics = ImmutableDictionary.CreateBuilder<string, MetricMetadata>();
        var reader = new ExpositionReader(body, isOpenMetrics);
        ExpositionLine line;
        while ((line = reader.Next()) != ExpositionLine.End)
        {
            if (line == ExpositionLine.Sample)
                continue;
            var name = Encoding.UTF8.GetString(reader.MetricName);
            var text = Encoding.UTF8.GetString(reader.Text);
            var known = metrics.GetValueOrDefault(name) ?? new MetricMetadata("unknown", "", "");
            metrics[name] = line switch
            {
                ExpositionLine.Type => known with { Type = text == "untyped" ? "unknown" : text },
                ExpositionLine.Help => known with { Help = text },
                _ => known with { Unit = text },
            };
        }

        return metrics.ToImmutable();
    }

    private LabelSet SeriesLabels(ReadOnlySpan<byte> series)
    {
        var scraped = ExpositionReader.ReadLabels(series, _pool);
        var merged = options.HonorLabels ? WithHonoredLabels(scraped) : WithTargetLabels(scraped.Build());
        RequireLimits(merged);
        return merged;
    }

    private LabelSet WithHonoredLabels(LabelSetBuilder scraped)
    {
        foreach (var (name, value) in targetLabels)
        {
            if (!scraped.Contains(name))
                scraped.Set(name, value);
        }

        return scraped.Build();
    }

    private LabelSet WithTargetLabels(LabelSet scraped)
    {
        var merged = scraped.ToBuilder();
        foreach (var (name, _) in targetLabels)
            merged.Remove(name);
        foreach (var (name, value) in targetLabels)
        {
            merged.Set(name, value);
            var conflicting = scraped[name];
            if (conflicting.Length == 0)
                continue;
            var exported = "exported_" + name;
            while (scraped.Contains(exported) || targetLabels.Contains(exported))
                exported = "exported_" + exported;
            merged.Set(exported, conflicting);
        }

        return merged.Build();
    }

    private void RequireLimits(LabelSet labels)
    {
        if (labels.Count > options.MaxLabels)
            throw new ScrapeException($"label limit exceeded: {labels.MetricName} has {labels.Count} labels, limit {options.MaxLabels}");
        foreach (var (name, value) in labels)
        {
            if (name.Length > options.MaxLabelNameLength)
                throw new ScrapeException($"label name length limit exceeded: {labels.MetricName} has a name of {name.Length} characters, limit {options.MaxLabelNameLength}");
            if (value.Length > options.MaxLabelValueLength)
                throw new ScrapeException($"label value length limit exceeded: {name} of {labels.MetricName} has {value.Length} characters, limit {options.MaxLabelValueLength}");
        }
    }

    private void Append(Entry entry, long timestamp, double value)
    {
        // Twice, because the store may drop the series in between.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if ((entry.Series ??= store.GetOrAdd(entry.Labels, timestamp)) is not { } series)
                return;
            if (store.Append(series, timestamp, value) != AppendOutcome.Dropped)
                return;
            entry.Series = null;
        }
    }

    private void MarkVanished(long timestamp)
    {
        List<byte[]>? forgotten = null;
        foreach (var (text, entry) in _entries)
        {
            if (entry.LastSeen == _scrape)
                continue;
            if (entry.LastSeen == _scrape - 1 && entry.TracksStaleness)
                Append(entry, timestamp, PromQL.GoMath.Stale);
            else if (entry.LastSeen < _scrape - MaxIdleScrapes)
                (forgotten ??= []).Add(text);
        }

        if (forgotten is null)
            return;
        forgotten.ForEach(text => _entries.Remove(text));
        // Texts of forgotten series would stay for ever.
        _pool = new Utf8Pool();
    }

    private sealed class Entry(LabelSet labels)
    {
        public LabelSet Labels { get; } = labels;

        public StoredSeries? Series { get; set; }

        public int LastSeen { get; set; } = -1;

        public bool TracksStaleness { get; set; }
    }
}
