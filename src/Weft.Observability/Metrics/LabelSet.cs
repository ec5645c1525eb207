using System.Collections;
using System.Text;

namespace Weft.Observability.Metrics;

/// <summary>
/// The identity of a series: label names and values, sorted by name, never with an empty value, compared by content.
/// Immutable. The metric's name is the label <c>__name__</c>.
/// </summary>
public sealed class LabelSet : IEquatable<LabelSet>, IComparable<LabelSet>, IReadOnlyCollection<KeyValuePair<string, string>>
{
    public const string MetricNameLabel = "__name__";

    private readonly string[] _pairs;

    // Zero until somebody asks; two who ask at once find the same.
    private int _hash;

    private LabelSet(string[] pairs) => _pairs = pairs;

    public static LabelSet Empty { get; } = new([]);

    public int Count => _pairs.Length / 2;

    /// <summary>The name of the metric, or the empty string.</summary>
    public string MetricName => this[MetricNameLabel];

    /// <summary>The value of a label, or the empty string, which in PromQL means that the label is not there.</summary>
    public string this[string name]
    {
        get
        {
            var index = IndexOf(name);
            return index < 0 ? "" : _pairs[index + 1];
        }
    }

    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var builder = new LabelSetBuilder(labels.Length);
        foreach (var (name, value) in labels)
            builder.Set(name, value);
        return builder.Build();
    }

    public static LabelSet From(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var builder = new LabelSetBuilder();
        foreach (var (name, value) in labels)
            builder.Set(name, value);
        return builder.Build();
    }

    /// <summary>Takes ownership of alternating names and values that are sorted by name, distinct and not empty.</summary>
    internal static LabelSet OfSorted(string[] pairs) => pairs.Length == 0 ? Empty : new LabelSet(pairs);

    public bool Contains(string name) => IndexOf(name) >= 0;

    public LabelSet WithoutMetricName()
    {
        var index = IndexOf(MetricNameLabel);
        return index < 0 ? this : OfSorted([.. _pairs.AsSpan(0, index), .. _pairs.AsSpan(index + 2)]);
    }

    /// <summary>Only the labels whose name the condition accepts.</summary>
    public LabelSet Where(Func<string, bool> keep)
    {
        var kept = new List<string>(_pairs.Length);
        for (var i = 0; i < _pairs.Length; i += 2)
        {
            if (!keep(_pairs[i]))
                continue;
            kept.Add(_pairs[i]);
            kept.Add(_pairs[i + 1]);
        }

        return kept.Count == _pairs.Length ? this : OfSorted([.. kept]);
    }

    public LabelSetBuilder ToBuilder()
    {
        var builder = new LabelSetBuilder(Count);
        foreach (var (name, value) in this)
            builder.Set(name, value);
        return builder;
    }

    internal string NameAt(int index) => _pairs[2 * index];

    internal string ValueAt(int index) => _pairs[(2 * index) + 1];

    public bool Equals(LabelSet? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || (_hash != other._hash && _hash != 0 && other._hash != 0) || _pairs.Length != other._pairs.Length)
            return false;
        for (var i = 0; i < _pairs.Length; i++)
        {
            if (!string.Equals(_pairs[i], other._pairs[i], StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _hash != 0 ? _hash : _hash = HashOf(_pairs);

    /// <summary>The order in which Prometheus prints range results: by name and value of one label after the other.</summary>
    public int CompareTo(LabelSet? other)
    {
        if (other is null)
            return 1;
        for (var i = 0; i < Math.Min(_pairs.Length, other._pairs.Length); i++)
        {
            var order = string.CompareOrdinal(_pairs[i], other._pairs[i]);
            if (order != 0)
                return order;
        }

        return _pairs.Length.CompareTo(other._pairs.Length);
    }

    public static bool operator ==(LabelSet? left, LabelSet? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(LabelSet? left, LabelSet? right) => !(left == right);

    public static bool operator <(LabelSet left, LabelSet right) => left.CompareTo(right) < 0;

    public static bool operator >(LabelSet left, LabelSet right) => left.CompareTo(right) > 0;

    public static bool operator <=(LabelSet left, LabelSet right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LabelSet left, LabelSet right) => left.CompareTo(right) >= 0;

    public Enumerator GetEnumerator() => new(_pairs);

    IEnumerator<KeyValuePair<string, string>> IEnumerable<KeyValuePair<string, string>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As Prometheus prints it: <c>name{a="b", c="d"}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(MetricName);
        var separator = "{";
        foreach (var (name, value) in this)
        {
            if (name == MetricNameLabel)
                continue;
            text.Append(separator).Append(name).Append('=').Append(PromText.Quote(value));
            separator = ", ";
        }

        if (separator != "{")
            return text.Append('}').ToString();
        return text.Length == 0 ? "{}" : text.ToString();
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _pairs.Length; i += 2)
        {
            if (string.Equals(_pairs[i], name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    private static int HashOf(string[] pairs)
    {
        var hash = new HashCode();
        foreach (var text in pairs)
            hash.Add(text.GetHashCode(StringComparison.Ordinal));
        return hash.ToHashCode() is var code and not 0 ? code : 1;
    }

    /// <summary>Goes through the labels in order of their names, without allocating.</summary>
    public struct Enumerator : IEnumerator<KeyValuePair<string, string>>
    {
        private readonly string[] _pairs;
        private int _index;

        internal Enumerator(string[] pairs)
        {
            _pairs = pairs;
            _index = -2;
        }

        public readonly KeyValuePair<string, string> Current => new(_pairs[_index], _pairs[_index + 1]);

        readonly object IEnumerator.Current => Current;

        public bool MoveNext() => (_index += 2) < _pairs.Length;

        public void Reset() => _index = -2;

        public readonly void Dispose()
        {
        }
    }
}
