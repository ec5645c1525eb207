namespace Weft.Observability.Metrics;

/// <summary>Collects labels in any order; a later value replaces an earlier one, and an empty value removes the label.</summary>
public sealed class LabelSetBuilder(int capacity = 8)
{
    private readonly List<KeyValuePair<string, string>> _labels = new(capacity);

    public LabelSetBuilder Set(string name, string value)
    {
        var index = IndexOf(name);
        if (value.Length == 0)
        {
            if (index >= 0)
                _labels.RemoveAt(index);
            return this;
        }

        if (index >= 0)
            _labels[index] = new(name, value);
        else
            _labels.Add(new(name, value));
        return this;
    }

    public LabelSetBuilder Remove(string name) => Set(name, "");

    public bool Contains(string name) => IndexOf(name) >= 0;

    public LabelSet Build()
    {
        _labels.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        var names = new string[_labels.Count];
        var values = new string[_labels.Count];
        for (var i = 0; i < names.Length; i++)
            (names[i], values[i]) = _labels[i];

        return LabelSet.OfSorted(names, values);
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (string.Equals(_labels[i].Key, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}
