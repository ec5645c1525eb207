using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>The generated description of the API.</summary>
public sealed class DescriptionTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    [Fact]
    public async Task Every_read_endpoint_tells_its_body_and_what_it_reads()
    {
        var document = await ReadAsync();
        var paths = document["paths"]!.AsObject();
        Assert.True(paths.Count > 60, $"{paths.Count} paths");
        var apps = paths["/api/clusters/apps"]!["get"]!;
        Assert.Contains(apps["parameters"]!.AsArray(), parameter => parameter!["name"]!.GetValue<string>() == "namespaces" && parameter["in"]!.GetValue<string>() == "query");
        Assert.Equal("#/components/schemas/Apps.AppListDto", apps["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>());
        Assert.NotNull(document["components"]!["schemas"]!["Apps.AppListDto"]!["properties"]!["applications"]);
        Assert.NotNull(paths["/api/namespaces/graph"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]);
        Assert.NotNull(paths["/api/stats/metrics"]!["post"]!["responses"]!["400"]);
    }

    [Fact]
    public async Task No_reference_leads_nowhere()
    {
        var document = await ReadAsync();
        var schemas = document["components"]!["schemas"]!.AsObject().Select(pair => "#/components/schemas/" + pair.Key).ToHashSet();
        Assert.All(References(document), reference => Assert.Contains(reference, schemas));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject found => found.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue value } ? [value.ToString()] : References(pair.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };

    private async Task<JsonNode> ReadAsync()
    {
        var text = await world.Client.GetStringAsync("/api/openapi.json", TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(text)!;
        Assert.True(document["paths"] is JsonObject && document["components"]?["schemas"] is JsonObject, text[..Math.Min(text.Length, 2000)]);
        return document;
    }
}
