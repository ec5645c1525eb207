using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>JSON nodes as block YAML with sorted keys; every string that could be read as something else is quoted.</summary>
internal static class YamlWriter
{
    public static string Write(JsonNode? node)
    {
        var output = new StringBuilder();
        if (node is JsonObject { Count: > 0 } map) Map(output, map, 0);
        else if (node is JsonArray { Count: > 0 } list) List(output, list, 0);
        else output.Append(Scalar(node)).Append('\n');
        return output.ToString();
    }

    private static void Map(StringBuilder output, JsonObject map, int indent, bool continues = false)
    {
        foreach (var (name, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (!continues) output.Append(' ', indent);
            continues = false;
            output.Append(Text(name)).Append(':');
            Value(output, value, indent);
        }
    }

    private static void Value(StringBuilder output, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                output.Append('\n');
                Map(output, map, indent + 2);
                break;
            case JsonArray { Count: > 0 } list:
                output.Append('\n');
                List(output, list, indent);
                break;
            default:
                output.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void List(StringBuilder output, JsonArray list, int indent)
    {
        foreach (var item in list)
        {
            output.Append(' ', indent).Append("- ");
            if (item is JsonObject { Count: > 0 } map) Map(output, map, indent + 2, continues: true);
            else if (item is JsonArray { Count: > 0 } inner) output.Append(Encoding.UTF8.GetString(JsonText.Write(inner))).Append('\n');
            else output.Append(Scalar(item)).Append('\n');
        }
    }

    private static string Scalar(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Text(string text) =>
        IsPlain(text) ? text : Encoding.UTF8.GetString(JsonText.Write(JsonValue.Create(text)));

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || text.Trim() != text) return false;
        if (text is "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "~") return false;
        if (double.TryParse(text, NumberStyles.Any, CultureInfo.InvariantCulture, out _)) return false;
        if (!char.IsAsciiLetter(text[0]) && text[0] is not '/' and not '_') return false;
        return text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ' ' or '@' or '+') && !text.Contains("  ", StringComparison.Ordinal)
            || (text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':') && !text.EndsWith(':') && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && !char.IsAsciiDigit(text[0]));
    }
}
