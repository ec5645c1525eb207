using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Endpoints;

/// <summary>The JSON paths that CustomResourceDefinitions use for columns and scale: fields, escaped names, indexes and `[?(@.field=="value")]`.</summary>
internal static class SimpleJsonPath
{
    public static JsonNode? Find(JsonNode root, string path)
    {
        JsonNode? current = root;
        foreach (var step in Steps(path))
        {
            current = step[0] == '['
                ? Indexed(current, step[1..])
                : (current as JsonObject)?[step];
            if (current is null) return null;
        }

        return current;
    }

    /// <summary>Sets the value at a path of plain fields, creating objects on the way.</summary>
    public static void Set(JsonObject root, string path, JsonNode value)
    {
        var steps = Steps(path).ToArray();
        var current = root;
        foreach (var step in steps[..^1])
        {
            if (current[step] is not JsonObject inner) current[step] = inner = [];
            current = inner;
        }

        current[steps[^1]] = value;
    }

    private static JsonNode? Indexed(JsonNode? node, string expression)
    {
        if (node is JsonObject map && expression.StartsWith('\'')) return map[expression.Trim('\'')];
        if (node is not JsonArray list) return null;
        if (int.TryParse(expression, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            return index < 0 ? list.ElementAtOrDefault(list.Count + index) : list.ElementAtOrDefault(index);
        if (expression == "*") return list.FirstOrDefault();
        var compare = expression.IndexOf("==", StringComparison.Ordinal);
        if (!expression.StartsWith("?(@.", StringComparison.Ordinal) || compare < 0) return null;
        var field = expression[4..compare].Trim();
        var value = expression[(compare + 2)..].Trim().TrimEnd(')').Trim().Trim('"', '\'');
        return list.OfType<JsonObject>().FirstOrDefault(i => i[field]?.ToString() == value);
    }

    private static IEnumerable<string> Steps(string path)
    {
        var name = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '\\' && i + 1 < path.Length)
            {
                name.Append(path[++i]);
            }
            else if (c == '.' || c == '[')
            {
                if (name.Length > 0) yield return name.ToString();
                name.Clear();
                if (c == '.') continue;
                var end = path.IndexOf(']', i);
                if (end < 0) yield break;
                yield return "[" + path[(i + 1)..end];
                i = end;
            }
            else
            {
                name.Append(c);
            }
        }

        if (name.Length > 0) yield return name.ToString();
    }
}
