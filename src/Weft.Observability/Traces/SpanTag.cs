using System.Globalization;
using Weft.Observability.Metrics;

namespace Weft.Observability.Traces;

/// <summary>The type of a tag's value, by Jaeger's names in lower case.</summary>
public enum TagType
{
    String,
    Bool,
    Int64,
    Float64,

    /// <summary>Bytes; kept as base64 text.</summary>
    Binary,
}

/// <summary>One typed key and value of a span, a process or a log line. A key may occur more than once.</summary>
public readonly record struct SpanTag
{
    private readonly string? _text;
    private readonly long _bits;

    private SpanTag(string key, TagType type, string? text, long bits)
    {
        Key = key;
        Type = type;
        _text = text;
        _bits = bits;
    }

    public string Key { get; }

    public TagType Type { get; }

    public bool AsBool => _bits != 0;

    public long AsInt64 => _bits;

    public double AsFloat64 => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The value as tag searches compare it: numbers in decimal, truth as <c>true</c> and <c>false</c>.</summary>
    public string Text => Type switch
    {
        TagType.Bool => AsBool ? "true" : "false",
        TagType.Int64 => _bits.ToString(CultureInfo.InvariantCulture),
        TagType.Float64 => PromText.FormatNumber(AsFloat64),
        _ => _text ?? "",
    };

    /// <summary>The value as a number, when it is one or spells one.</summary>
    public double? Number => Type switch
    {
        TagType.Int64 => _bits,
        TagType.Float64 => AsFloat64,
        TagType.String when double.TryParse(_text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    public static SpanTag Of(string key, string value) => new(key, TagType.String, value, 0);

    public static SpanTag Of(string key, bool value) => new(key, TagType.Bool, null, value ? 1 : 0);

    public static SpanTag Of(string key, long value) => new(key, TagType.Int64, null, value);

    public static SpanTag Of(string key, double value) => new(key, TagType.Float64, null, BitConverter.DoubleToInt64Bits(value));

    public static SpanTag OfBinary(string key, string base64) => new(key, TagType.Binary, base64, 0);
}
