using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Formatting;

/// <summary>
/// A format string of Envoy, compiled: text with <c>%OPERATOR(ARGUMENT):LENGTH%</c>, and <c>%%</c> for a percent sign.
/// Used by access logs, header values and redirects alike.
/// </summary>
internal sealed class Format
{
    private readonly ImmutableArray<FormatPart> _parts;
    private readonly string? _literal;

    private Format(ImmutableArray<FormatPart> parts)
    {
        _parts = parts;
        _literal = parts.All(part => part.Operator is null) ? string.Concat(parts.Select(part => part.Literal)) : null;
    }

    /// <exception cref="ResourceRejectedException">An unknown operator or an odd percent sign.</exception>
    public static Format Compile(string format)
    {
        var parts = ImmutableArray.CreateBuilder<FormatPart>();
        var position = 0;
        while (position < format.Length)
        {
            var start = format.IndexOf('%', position);
            if (start < 0)
            {
                parts.Add(new FormatPart(format[position..], null));
                break;
            }

            if (start > position)
            {
                parts.Add(new FormatPart(format[position..start], null));
            }

            var end = EndOfOperator(format, start + 1);
            parts.Add(end == start + 1 ? new FormatPart("%", null) : new FormatPart("", CommandOperators.Compile(format[(start + 1)..end])));
            position = end + 1;
        }

        return new Format(parts.ToImmutable());
    }

    /// <summary>The text; what is absent stands as <paramref name="absent"/>.</summary>
    public string Text(IStreamInfo stream, string absent = "-")
    {
        if (_literal is not null)
        {
            return _literal;
        }

        if (_parts is [{ Operator: { } single }])
        {
            return single.Text(stream) ?? absent;
        }

        var text = new StringBuilder(256);
        foreach (var part in _parts)
        {
            text.Append(part.Operator is null ? part.Literal : part.Operator.Text(stream) ?? absent);
        }

        return text.ToString();
    }

    /// <summary>Writes it as JSON: one operator alone keeps its type, and null where it is absent.</summary>
    public void WriteJson(Utf8JsonWriter json, IStreamInfo stream)
    {
        if (_parts is not [{ Operator: { } single }])
        {
            json.WriteStringValue(Text(stream));
            return;
        }

        if (single.Value?.Invoke(stream) is { } value)
        {
            ValueText.Write(json, value);
        }
        else if (single.Text(stream) is not { } text)
        {
            json.WriteNullValue();
        }
        else if (single.IsNumber && double.TryParse(text, CultureInfo.InvariantCulture, out _))
        {
            json.WriteRawValue(text);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    /// <summary>Whether it is one operator and that has no value for this stream.</summary>
    public bool IsAbsent(IStreamInfo stream) => _parts is [{ Operator: { } single }] && single.Text(stream) is null;

    // An argument in parentheses may hold percent signs of its own (time formats).
    private static int EndOfOperator(string format, int start)
    {
        var depth = 0;
        for (var index = start; index < format.Length; index++)
        {
            switch (format[index])
            {
                case '(':
                    depth++;
                    break;
                case ')' when depth > 0:
                    depth--;
                    break;
                case '%' when depth == 0:
                    return index;
            }
        }

        throw new ResourceRejectedException($"format '{format}' has an odd % or an open parenthesis");
    }

    private readonly record struct FormatPart(string Literal, CommandOperator? Operator);
}
