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

    // Sets of one answer share their names.
    private readonly string[] _names;
    private readonly string[] _values;

    // Zero until somebody asks; two who ask at once find the same.
    private int _hash;

    private LabelSet(string[] names, string[] values)
    {
        _names = names;
        _values = values;
    }

    public static LabelSet Empty { get; } = new([], []);

    public int Count => _names.Length;

    /// <summary>The name of the metric, or the empty string.</summary>
    public string MetricName => this[MetricNameLabel];

    /// <summary>The value of a label, or the empty string, which in PromQL means that the label is not there.</summary>
    public string this[string name]
    {
        get
        {
            var index = IndexOf(name);
            return index < 0 ? "" : _values[index];
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

    /// <summary>Takes ownership of names that are sorted and distinct and of their values, none empty. The names are never written to and may be shared.</summary>
    internal static LabelSet OfSorted(string[] names, string[] values) => names.Length == 0 ? Empty : new LabelSet(names, values);

    public bool Contains(string name) => IndexOf(name) >= 0;

    public LabelSet WithoutMetricName()
    {
        var index = IndexOf(MetricNameLabel);
        return index < 0 ? this : OfSorted(Without(_names, index), Without(_values, index));
    }

    /// <summary>Only the labels whose name the condition accepts.</summary>
    public LabelSet Where(Func<string, bool> keep)
    {
        var names = new string[_names.Length];
        var values = new string[_names.Length];
        var count = 0;
        for (var i = 0; i < _names.Length; i++)
        {
            if (!keep(_names[i]))
                continue;
            names[count] = _names[i];
            values[count++] = _values[i];
        }

        return count == _names.Length ? this : OfSorted(names[..count], values[..count]);
    }

    public LabelSetBuilder ToBuilder()
    {
        var builder = new LabelSetBuilder(Count);
        foreach (var (name, value) in this)
            builder.Set(name, value);
        return builder;
    }

    /// <summary>The label's name at a place in the order of names.</summary>
    public string NameAt(int index) => _names[index];

    /// <summary>The label's value at a place in the order of names.</summary>
    public string ValueAt(int index) => _values[index];

    /// <summary>Whether the other set has the same names, whatever the values. At once answered for most sets of one answer.</summary>
    public bool HasNamesOf(LabelSet other) => ReferenceEquals(_names, other._names) || _names.AsSpan().SequenceEqual(other._names);

    public bool Equals(LabelSet? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || (_hash != other._hash && _hash != 0 && other._hash != 0) )
            return false;
        return HasNamesOf(other) && _values.AsSpan().SequenceEqual(other._values);
    }

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _hash != 0 ? _hash : _hash = HashOf();

    /// <summary>The order in which Prometheus prints range results: by name and value of one label after the other.</summary>
    public int CompareTo(LabelSet? other)
    {
        if (other is null)
            return 1;
        for (var i = 0; i < Math.Min(_names.Length, other._names.Length); i++)
        {
            var order = string.CompareOrdinal(_names[i], other._names[i]);
            if (order == 0)
                order = string.CompareOrdinal(_values[i], other._values[i]);
            if (order != 0)
                return order;
        }

        return _names.Length.CompareTo(other._names.Length);
    }

    public static bool operator ==(LabelSet? left, LabelSet? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(LabelSet? left, LabelSet? right) => !(left == right);

    public static bool operator <(LabelSet left, LabelSet right) => left.CompareTo(right) < 0;

    public static bool operator >(LabelSet left, LabelSet right) => left.CompareTo(right) > 0;

    public static bool operator <=(LabelSet left, LabelSet right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LabelSet left, LabelSet right) => left.CompareTo(right) >= 0;

    public Enumerator GetEnumerator() => new(this);

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
        for (var i = 0; i < _names.Length; i++)
        {
            if (string.Equals(_names[i], name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    private static string[] Without(string[] strings, int index) => [.. strings.AsSpan(0, index), .. strings.AsSpan(index + 1)];

    private int HashOf()
    {
        var hash = new HashCode();
        for (var i = 0; i < _names.Length; i++)
        {
            hash.Add(_names[i].GetHashCode(StringComparison.Ordinal));
            hash.Add(_values[i].GetHashCode(StringComparison.Ordinal));
        }

        return hash.ToHashCode() is var code and not 0 ? code : 1;
    }

    /// <summary>Goes through the labels in order of their names, without allocating.</summary>
    public struct Enumerator : IEnumerator<KeyValuePair<string, string>>
    {
        private readonly LabelSet _labels;
        private int _index;

        internal Enumerator(LabelSet labels)
        {
            _labels = labels;
            _index = -1;
        }

        public readonly KeyValuePair<string, string> Current => new(_labels._names[_index], _labels._values[_index]);

        readonly object IEnumerator.Current => Current;

        public bool MoveNext() => ++_index < _labels._names.Length;

        public void Reset() => _index = -1;

        public readonly void Dispose()
        {
        }
    }
}
