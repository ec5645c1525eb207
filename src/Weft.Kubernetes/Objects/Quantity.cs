using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>An amount of a resource as it was written: <c>100m</c>, <c>128Mi</c>, <c>2</c>. Any text is kept; only <see cref="Value"/> judges it.</summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly record struct Quantity(string Text)
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024), ("Pi", 1024m * 1024 * 1024 * 1024 * 1024), ("Ei", 1024m * 1024 * 1024 * 1024 * 1024 * 1024),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    /// <summary>The amount; null when the text is no quantity or beyond what a decimal holds.</summary>
    public decimal? Value
    {
        get
        {
            var text = Text ?? "";
            foreach (var (suffix, factor) in Suffixes)
            {
                if (text.EndsWith(suffix, StringComparison.Ordinal))
                {
                    return Scaled(text.AsSpan(0, text.Length - suffix.Length), factor);
                }
            }

            return Scaled(text, 1);
        }
    }

    public override string ToString() => Text ?? "0";

    private static decimal? Scaled(ReadOnlySpan<char> digits, decimal factor)
    {
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var amount))
        {
            return null;
        }

        return Math.Abs(amount) > decimal.MaxValue / Math.Max(factor, 1) ? null : amount * factor;
    }
}

internal sealed class QuantityConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new Quantity(reader.GetString() ?? ""),
        // YAML's `cpu: 1` is a number; the server accepts it as well.
        JsonTokenType.Number => new Quantity(Encoding.UTF8.GetString(reader.ValueSpan)),
        _ => throw new JsonException("a quantity is a string or a number"),
    };

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
