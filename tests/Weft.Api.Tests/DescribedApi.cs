using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Api;

/// <summary>Holds answers against the schemas of a description. What the schema names no properties for may be anything; a property that it does not name is a difference.</summary>
internal sealed class DescribedApi(JsonNode document)
{
    private const int MostDifferences = 10;

    public List<string> Differences(string method, string url, JsonNode answer)
    {
        var path = url.Split('?')[0].TrimEnd('/');
        var found = document["paths"]!.AsObject()
            .Where(candidate => Matches(candidate.Key.Split('/'), path.Split('/')))
            .OrderBy(candidate => candidate.Key.Count(c => c == '{'))
            .Select(candidate => candidate.Value![method.ToLowerInvariant()])
            .FirstOrDefault(operation => operation is not null);
        if (found?["responses"]?["200"]?["content"]?["application/json"]?["schema"] is not { } schema)
        {
            return [$"{method} {path} has no schema"];
        }

        var differences = new List<string>();
        Compare("$", schema, answer, differences);
        return [.. differences.Distinct().Take(MostDifferences)];
    }

    private static bool Matches(string[] template, string[] path) =>
        template.Length == path.Length && template.Zip(path).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);

    private void Compare(string at, JsonNode schema, JsonNode? value, List<string> differences)
    {
        schema = Resolved(schema);
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
        {
            var tried = choices.Select(choice =>
            {
                var own = new List<string>();
                Compare(at, choice!, value, own);
                return own;
            }).ToList();
            differences.AddRange(tried.Exists(own => own.Count == 0) ? [] : tried.MaxBy(own => own.Count)!);
            return;
        }

        if (!IsOfType(schema, value))
        {
            differences.Add($"{at}: {value?.GetValueKind() ?? JsonValueKind.Null} is not {schema["type"]?.ToJsonString()}");
            return;
        }

        switch (value)
        {
            case JsonObject found:
                CompareObject(at, schema, found, differences);
                break;
            case JsonArray array when schema["items"] is { } items:
                foreach (var item in array)
                {
                    Compare($"{at}[]", items, item, differences);
                }

                break;
        }
    }

    private void CompareObject(string at, JsonNode schema, JsonObject value, List<string> differences)
    {
        var properties = schema["properties"] as JsonObject;
        foreach (var (name, content) in value)
        {
            if (properties?[name] is { } property)
            {
                Compare($"{at}.{name}", property, content, differences);
            }
            else if (schema["additionalProperties"] is JsonObject every)
            {
                Compare($"{at}.*", every, content, differences);
            }
            else if (properties is not null && schema["additionalProperties"] is null)
            {
                differences.Add($"{at}.{name} is not described");
            }
        }

        differences.AddRange((schema["required"] as JsonArray ?? []).Where(name => !value.ContainsKey(name!.ToString())).Select(name => $"{at}.{name} is missing"));
    }

    private JsonNode Resolved(JsonNode schema) => schema["$ref"]?.ToString() is { } reference ? document["components"]!["schemas"]![reference.Split('/')[^1]]! : schema;

    private static bool IsOfType(JsonNode schema, JsonNode? value)
    {
        var types = schema["type"] switch { JsonArray several => several.Select(type => type!.ToString()).ToList(), JsonValue one => [one.ToString()], _ => [] };
        return types.Count == 0 || types.Contains(value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => types.Contains("integer") ? "integer" : "number",
            JsonValueKind.Object => "object",
            _ => "array",
        });
    }
}
