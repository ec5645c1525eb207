using System.Text.Json.Nodes;

namespace Weft.Istio.Admission;

/// <summary>Copies of a value with one of its parts replaced: other types, null, huge numbers, empty and long texts, deep nesting.</summary>
internal static class Mutations
{
    private const int Depth = 60;

    private static readonly string[] s_values =
        ["null", "true", "-1", "1.5", "4294967296", "1e300", "\"\"", "\"\\u0000%{*}/\"", $"\"{new string('a', 2000)}\"", "[]", "[null]", "{}", """{"":null}""", Nested()];

    public static IEnumerable<JsonNode?> Of(JsonNode? content)
    {
        switch (content)
        {
            case JsonObject item:
                foreach (var (name, value) in item)
                {
                    foreach (var other in Values().Concat(Of(value)))
                    {
                        var copy = (JsonObject)item.DeepClone();
                        copy[name] = other;
                        yield return copy;
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    foreach (var other in Values().Concat(Of(list[i])))
                    {
                        var copy = (JsonArray)list.DeepClone();
                        copy[i] = other;
                        yield return copy;
                    }
                }

                break;
            default:
                break;
        }
    }

    private static IEnumerable<JsonNode?> Values() => s_values.Select(value => JsonNode.Parse(value));

    private static string Nested() => string.Concat(Enumerable.Repeat("{\"x\":[", Depth / 2)) + string.Concat(Enumerable.Repeat("]}", Depth / 2));
}
