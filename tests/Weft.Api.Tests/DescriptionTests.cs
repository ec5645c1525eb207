using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>The generated description of the API: whole, and true of every answer that Kiali gave and that we give.</summary>
public sealed class DescriptionTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    private static readonly string[] Statuses = ["200", "400", "401", "403", "404", "503"];

    public static TheoryData<string> Answers =>
        [.. RecordedAnswer.All.Values.Where(answer => answer is { Status: 200, Body: JsonObject or JsonArray } && !answer.Url.StartsWith("/api/test/", StringComparison.Ordinal)).Select(answer => answer.Name).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Every_route_is_described_with_its_parameters_and_answers()
    {
        var document = await ReadAsync();
        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}")).ToHashSet();
        Assert.Equal("", string.Join(", ", world.Routes.Except(described)));
        Assert.Equal("", string.Join(", ", described.Except(world.Routes)));
        var problems = new List<string>();
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                Check($"{method} {path}", path, operation!, problems);
            }
        }

        Assert.Equal("", string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public async Task No_reference_leads_nowhere()
    {
        var document = await ReadAsync();
        var schemas = document["components"]!["schemas"]!.AsObject().Select(pair => "#/components/schemas/" + pair.Key).ToHashSet();
        Assert.All(References(document), reference => Assert.Contains(reference, schemas));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_of_Kiali_is_one_that_is_described(string name)
    {
        var recorded = RecordedAnswer.All[name];
        var description = new DescribedApi(await ReadAsync());
        var answer = recorded.Body!.DeepClone();
        if (answer is JsonObject { } body && body["validations"] is JsonValue)
        {
            // Too many to be kept with the recordings.
            body.Remove("validations");
            body["validations"] = new JsonObject();
        }

        // Kiali answers with null or with nothing in it, by kind.
        foreach (var field in new[] { "objectReferences", "serviceReferences", "workloadReferences" })
        {
            if (answer is JsonObject details && details["references"] is JsonObject references)
            {
                references[field] ??= new JsonArray();
            }
        }

        Assert.Equal("", string.Join(Environment.NewLine, description.Differences(recorded.Method, recorded.Url, answer)));
    }

    private static void Check(string name, string path, JsonNode operation, List<string> problems)
    {
        var parameters = (operation["parameters"] as JsonArray ?? []).Select(parameter => ($"{parameter!["in"]}", $"{parameter["name"]}")).ToList();
        problems.AddRange(path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}')).Where(part => !parameters.Contains(("path", part))).Select(part => $"{name}: no parameter {part}"));
        problems.AddRange((operation["parameters"] as JsonArray ?? []).Where(parameter => $"{parameter!["in"]}" == "query" && $"{parameter["description"]}".Length == 0).Select(parameter => $"{name}: {parameter!["name"]} is not explained"));
        if ($"{operation["summary"]}".Length == 0)
        {
            problems.Add($"{name}: no summary");
        }

        var responses = operation["responses"]!.AsObject();
        if (!responses.ContainsKey("200") && !responses.ContainsKey("204"))
        {
            problems.Add($"{name}: no success");
        }

        problems.AddRange(responses.Where(response => response.Key != "204" && response.Key != "200" && response.Value!["content"]?["application/json"] is null).Select(response => $"{name}: {response.Key} has no body"));
        problems.AddRange(responses.Select(response => response.Key).Except([.. Statuses, "204"]).Select(status => $"{name}: status {status}"));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject found => found.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue value } ? [value.ToString()] : References(pair.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };

    private async Task<JsonNode> ReadAsync() => JsonNode.Parse(await world.Client.GetStringAsync("/api/openapi.json", TestContext.Current.CancellationToken))!;
}
