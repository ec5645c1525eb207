using System.Text.Json.Nodes;

namespace Weft.Api;

/// <summary>
/// A mesh graph as lines that do not hang on ids, which contain versions of programs, nor on what is said of a part beyond its place:
/// that of the control plane is compared by its own endpoint.
/// </summary>
internal static class MeshGraphText
{
    public static JsonArray Of(JsonNode graph)
    {
        var nodes = graph["elements"]!["nodes"]!.AsArray().Select(node => node!["data"]!).ToList();
        var names = nodes.ToDictionary(node => node["id"]!.ToString(), node => $"{node["infraType"]} {node["cluster"]}/{node["namespace"]}/{node["infraName"]}");
        var lines = nodes.Select(node => string.Join(
                ' ', names[node["id"]!.ToString()], node["nodeType"], node["isBox"], node["healthData"], node["isExternal"], node["isInaccessible"],
                node["parent"] is { } parent ? $"in {names[parent.ToString()]}" : ""))
            .Concat(graph["elements"]!["edges"]!.AsArray().Select(edge => $"{names[edge!["data"]!["source"]!.ToString()]} -> {names[edge["data"]!["target"]!.ToString()]}"));
        return new JsonArray([.. lines.Order(StringComparer.Ordinal).Select(line => (JsonNode?)JsonValue.Create(line))]);
    }
}
