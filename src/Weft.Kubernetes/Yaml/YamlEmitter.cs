using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Yaml;

/// <summary>Block style with sorted keys, as kubectl prints: text is quoted only where it would read as something else.</summary>
internal static class YamlEmitter
{
    private const int LineWidth = 80;
    private const string Indicators = ",[]{}#&*!|>'\"%@`=<";

    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        switch (node)
        {
            case JsonObject { Count: > 0 } mapping:
                WriteMapping(text, mapping, 0, indentFirst: true);
                break;
            case JsonArray { Count: > 0 } sequence:
                WriteSequence(text, sequence, 0);
                break;
            default:
                Inline(text, node, 2);
                text.Append('\n');
                break;
        }

        return text.ToString();
    }

    private static void WriteMapping(StringBuilder text, JsonObject mapping, int indent, bool indentFirst)
    {
        foreach (var (key, value) in mapping.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            text.Append(' ', indentFirst ? indent : 0).Append(ScalarText(key)).Append(':');
            indentFirst = true;
            switch (value)
            {
                case JsonObject { Count: > 0 } inner:
                    text.Append('\n');
                    WriteMapping(text, inner, indent + 2, indentFirst: true);
                    break;
                case JsonArray { Count: > 0 } sequence:
                    text.Append('\n');
                    WriteSequence(text, sequence, indent);
                    break;
                default:
                    text.Append(' ');
                    Inline(text, value, indent + 2);
                    text.Append('\n');
                    break;
            }
        }
    }

    private static void WriteSequence(StringBuilder text, JsonArray sequence, int indent)
    {
        foreach (var item in sequence)
        {
            text.Append(' ', indent).Append('-');
            switch (item)
            {
                case JsonObject { Count: > 0 } mapping:
                    text.Append(' ');
                    WriteMapping(text, mapping, indent + 2, indentFirst: false);
                    break;
                case JsonArray { Count: > 0 } inner:
                    text.Append('\n');
                    WriteSequence(text, inner, indent + 2);
                    break;
                default:
                    text.Append(' ');
                    Inline(text, item, indent + 2);
                    text.Append('\n');
                    break;
            }
        }
    }

    private static void Inline(StringBuilder text, JsonNode? node, int indent)
    {
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            var content = value.GetValue<string>();
            if (Block(content, indent) is { } block)
            {
                text.Append(block);
            }
            else
            {
                Fold(text, ScalarText(content), indent);
            }

            return;
        }

        text.Append(node switch { null => "null", JsonObject => "{}", JsonArray => "[]", _ => node.ToJsonString() });
    }

    /// <summary>Long scalars break at a single space once a line is over 80 columns, as go-yaml writes them.</summary>
    private static void Fold(StringBuilder text, string scalar, int indent)
    {
        var column = 0;
        for (var i = text.Length - 1; i >= 0 && text[i] != '\n'; i--)
        {
            column++;
        }

        var quoted = scalar.Length > 1 && scalar[0] is '"' or '\'';
        var spaces = false;
        for (var i = 0; i < scalar.Length; i++)
        {
            var c = scalar[i];
            var breaks = c == ' ' && !spaces && column > LineWidth && i + 1 < scalar.Length && scalar[i + 1] != ' ' && (!quoted || (i > 1 && i < scalar.Length - 2));
            if (breaks)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else
            {
                text.Append(c);
                column++;
            }

            spaces = c == ' ';
        }
    }

    /// <summary>Several lines as a literal block; null when a block cannot say the text.</summary>
    private static string? Block(string text, int indent)
    {
        if (!text.Contains('\n', StringComparison.Ordinal) || text[0] is ' ' or '\n' or '\t' || text.Any(c => c != '\n' && !IsPrintable(c)) || text.Contains(" \n", StringComparison.Ordinal))
        {
            return null;
        }

        var body = text.TrimEnd('\n');
        var chomping = (text.Length - body.Length) switch { 0 => "|-", 1 => "|", _ => "|+" };
        var lines = (chomping == "|+" ? text[..^1] : body).Split('\n').Select(line => line.Length == 0 ? "" : new string(' ', indent) + line);
        return $"{chomping}\n{string.Join('\n', lines)}";
    }

    private static string ScalarText(string text)
    {
        if (text.All(IsPrintable) && !NeedsQuotes(text))
        {
            return text;
        }

        return text.All(IsPrintable) && !text.Contains('\'', StringComparison.Ordinal) && !YamlScalarLooksTyped(text) ? $"'{text}'" : JsonText(text);
    }

    private static bool YamlScalarLooksTyped(string text) => !YamlScalars.IsPlainText(text);

    private static bool NeedsQuotes(string text) =>
        !YamlScalars.IsPlainText(text)
        || Indicators.Contains(text[0], StringComparison.Ordinal)
        || (text[0] is '-' or '?' or ':' && (text.Length == 1 || text[1] == ' '))
        || text[0] == ' ' || text[^1] is ' ' or ':'
        || text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith("...", StringComparison.Ordinal)
        || text.Contains(": ", StringComparison.Ordinal) || text.Contains(" #", StringComparison.Ordinal);

    private static bool IsPrintable(char c) => c is >= ' ' and <= '~' or (>= '\u00a1' and <= '\u024f');

    // A JSON string is a double-quoted YAML scalar.
    private static string JsonText(string text) => JsonValue.Create(text).ToJsonString();
}
