using System.Text.Json.Nodes;

namespace Weft.EndToEnd;

/// <summary>The console's graph answer, read as names: "portals.travel-portal -> travels.travel-agency".</summary>
internal sealed record TrafficGraph(JsonObject Json)
{
    public const string Namespaces = "travel-agency,travel-portal,travel-control";

    public static async Task<TrafficGraph> GetAsync(WeftProcess weft, string query, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = weft.Console };
        var text = await http.GetStringAsync(new Uri($"api/namespaces/graph?{query}", UriKind.Relative), cancellationToken);
        return new TrafficGraph(JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>Edges as "source -> target protocol", nodes as "name.namespace".</summary>
    public IReadOnlyList<string> Edges()
    {
        var names = Json["elements"]!["nodes"]!.AsArray().Select(node => node!["data"]!)
            .ToDictionary(node => (string)node["id"]!, Name);
        return [.. Json["elements"]!["edges"]!.AsArray().Select(edge => edge!["data"]!)
            .Select(edge => $"{names[(string)edge["source"]!]} -> {names[(string)edge["target"]!]} {(string?)edge["traffic"]?["protocol"]}")
            .Order(StringComparer.Ordinal)];
    }

    public override string ToString() => string.Join("\n", Edges());

    private static string Name(JsonNode node) =>
        $"{(string?)node["app"] ?? (string?)node["workload"] ?? (string?)node["service"]}.{(string?)node["namespace"]}";
}
