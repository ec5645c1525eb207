using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Yaml;

/// <summary>Block style with sorted keys, as kubectl prints: text is quoted only where it would read as something else.</summary>
internal static class YamlEmitter
{
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
                text.Append(Inline(node, 2)).Append('\n');
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
                    text.Append(' ').Append(Inline(value, indent + 2)).Append('\n');
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
                    text.Append(' ').Append(Inline(item, indent + 2)).Append('\n');
                    break;
            }
        }
    }

    private static string Inline(JsonNode? node, int indent) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Block(value.GetValue<string>(), indent) ?? ScalarText(value.GetValue<string>()),
        _ => node.ToJsonString(),
    };

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
