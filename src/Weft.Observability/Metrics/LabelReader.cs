using System.Text;
using System.Text.Json;

namespace Weft.Observability.Metrics;

/// <summary>
/// Reads the label sets of one answer. Its series mostly have the same names in the same order and many values in common: each name and
/// value is first compared with the one in its place in the series before, and the order of the names is found once. Not thread-safe.
/// </summary>
internal sealed class LabelReader
{
    private const int MaxShapes = 16;

    private readonly Utf8Pool _strings = new();
    private readonly List<LabelShape> _shapes = [];
    private string[] _names = NoStrings(32);
    private string[] _values = NoStrings(32);

    public Utf8Pool Strings => _strings;

    /// <summary>The object that the reader stands on. As in a <see cref="LabelSetBuilder"/> the last of equal names counts, and empty values do not.</summary>
    public LabelSet Read(ref Utf8JsonReader json)
    {
        JsonTokens.Expect(ref json, JsonTokenType.StartObject);
        var count = 0;
        while (JsonTokens.NextName(ref json))
        {
            if (count == _names.Length)
                Grow();
            _names[count] = Text(ref json, _names[count]);
            JsonTokens.Next(ref json);
            JsonTokens.Expect(ref json, JsonTokenType.String);
            _values[count] = Text(ref json, _values[count]);
            count++;
        }

        return SetOf(_names.AsSpan(0, count), _values.AsSpan(0, count));
    }

    private string Text(ref Utf8JsonReader json, string before)
    {
        if (json.ValueIsEscaped)
            return JsonTokens.Text(ref json);
        var utf8 = json.ValueSpan;
        return utf8.Length == before.Length && Ascii.Equals(utf8, before) ? before : _strings.Get(utf8);
    }

    private LabelSet SetOf(ReadOnlySpan<string> names, ReadOnlySpan<string> values) =>
        ShapeOf(names)?.SetOf(values) ?? Built(names, values);

    private LabelShape? ShapeOf(ReadOnlySpan<string> names)
    {
        foreach (var known in _shapes)
        {
            if (known.Has(names))
                return known;
        }

        if (_shapes.Count == MaxShapes || LabelShape.Of(names) is not { } shape)
            return null;
        _shapes.Add(shape);
        return shape;
    }

    private static LabelSet Built(ReadOnlySpan<string> names, ReadOnlySpan<string> values)
    {
        var labels = new LabelSetBuilder(names.Length);
        for (var i = 0; i < names.Length; i++)
            labels.Set(names[i], values[i]);
        return labels.Build();
    }

    private void Grow()
    {
        _names = [.. _names, .. NoStrings(_names.Length)];
        _values = [.. _values, .. NoStrings(_values.Length)];
    }

    private static string[] NoStrings(int count)
    {
        var strings = new string[count];
        Array.Fill(strings, "");
        return strings;
    }
}
