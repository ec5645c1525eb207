using System.IO.Compression;
using System.Text.Json.Nodes;
using Weft.ApiServer.Support;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Schemas;

/// <summary>Istio objects as a real API server judged them by the schemas and rules of Istio's definitions; what later layers refuse, the schema must let pass.</summary>
public sealed class VerdictTests
{
    [Fact]
    public async Task The_schemas_of_Istio_judge_as_recorded()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        await server.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"demo"}}""");
        await server.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"istio-system"}}""");
        var failures = new List<string>();
        foreach (var verdict in Recorded())
        {
            var item = (JsonObject)KubeYaml.Read(verdict["yaml"]!.GetValue<string>())[0].Content!;
            var plural = PluralOf(verdict["kind"]!.GetValue<string>());
            var (code, body) = await server.SendAsync("POST", $"/apis/{item["apiVersion"]}/namespaces/{item["metadata"]!["namespace"]}/{plural}?dryRun=All&fieldValidation=Strict", item.ToJsonString());
            var ours = $"{code} {body["reason"]}: {body["message"]}";
            var layer = verdict["layer"]!.GetValue<string>();
            var fits = layer switch
            {
                "crd-schema" => ours == $"{verdict["httpStatus"]} {verdict["reason"]}: {verdict["message"]}",
                "strict-decoding" => code == 400,
                _ => code == 201,
            };
            if (!fits) failures.Add($"{verdict["name"]} ({layer})\n  recorded {verdict["httpStatus"]} {verdict["reason"]}: {verdict["message"]}\n  ours     {ours}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static IEnumerable<JsonObject> Recorded()
    {
        using var stream = typeof(VerdictTests).Assembly.GetManifestResourceStream("verdicts.json.gz")!;
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        return [.. JsonNode.Parse(unzipped)!.AsArray().OfType<JsonObject>()];
    }

    private static string PluralOf(string kind)
    {
        var name = kind.ToLowerInvariant();
        return name.EndsWith('s') ? name : name.EndsWith("ay", StringComparison.Ordinal) ? name + "s" : name.EndsWith('y') ? name[..^1] + "ies" : name + "s";
    }
}
