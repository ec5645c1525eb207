using System.IO.Compression;
using System.Text.Json.Nodes;
using Weft.ApiServer.Support;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Schemas;

/// <summary>Accepted objects with one value after the other replaced, sent to the server: each gets an answer, and a refusal names the field.</summary>
public sealed class MutatedObjectTests
{
    private static readonly string[] Others = ["null", "true", "-1", "1e300", "99999999999999999999999", "\"\"", "\"\\u0000\"", "[[[]]]", """{"x":{"x":{"x":null}}}"""];

    [Fact]
    public async Task Every_mutation_is_answered_and_every_refusal_names_a_field()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await server.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"demo"}}""");
        foreach (var (path, item) in Accepted())
        {
            foreach (var spec in Mutations(item["spec"]!))
            {
                item["spec"] = spec;
                var (code, body) = await server.SendAsync("POST", path, item.ToJsonString());
                Assert.True(
                    code == 201 || (code is 422 or 400 && body["message"]!.ToString().Contains("spec", StringComparison.Ordinal)),
                    $"{code} {body["message"]}\n{spec?.ToJsonString()}");
            }
        }
    }

    /// <summary>One accepted object of each kind.</summary>
    private static IEnumerable<(string Path, JsonObject Item)> Accepted()
    {
        using var stream = typeof(MutatedObjectTests).Assembly.GetManifestResourceStream("verdicts.json.gz")!;
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        var accepted = JsonNode.Parse(unzipped)!.AsArray().OfType<JsonObject>().Where(verdict => verdict["verdict"]!.GetValue<string>() == "accept");
        foreach (var verdict in accepted.DistinctBy(verdict => verdict["kind"]!.GetValue<string>()))
        {
            var item = (JsonObject)KubeYaml.Read(verdict["yaml"]!.GetValue<string>())[0].Content!.DeepClone();
            item["metadata"]!["namespace"] = "demo";
            var kind = item["kind"]!.GetValue<string>().ToLowerInvariant();
            var plural = kind.EndsWith("ay", StringComparison.Ordinal) ? kind + "s" : kind.EndsWith('y') ? kind[..^1] + "ies" : kind + "s";
            yield return ($"/apis/{item["apiVersion"]}/namespaces/demo/{plural}?dryRun=All&fieldValidation=Strict", item);
        }
    }

    private static IEnumerable<JsonNode?> Mutations(JsonNode content)
    {
        if (content is JsonObject item)
        {
            foreach (var (name, value) in item)
            {
                foreach (var other in Values().Concat(value is null ? [] : Mutations(value)))
                {
                    var copy = (JsonObject)item.DeepClone();
                    copy[name] = other;
                    yield return copy;
                }
            }
        }
        else if (content is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                foreach (var other in Values().Concat(Mutations(list[i]!)))
                {
                    var copy = (JsonArray)list.DeepClone();
                    copy[i] = other;
                    yield return copy;
                }
            }
        }
    }

    private static IEnumerable<JsonNode?> Values() => Others.Select(value => JsonNode.Parse(value));
}
