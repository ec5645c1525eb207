using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weft.Kubernetes.Yaml;

namespace Weft.Istio.Admission;

/// <summary>
/// One wrong or odd object of the folder <c>cases</c>, and what istiod 1.30 and the definitions of its kinds answer by their sources: <c>schema</c> or
/// <c>strict</c> is the API server's refusal, <c>webhook</c> istiod's (a list stands for its numbered form), <c>warns</c> are its warnings; without any it is accepted.
/// </summary>
internal sealed partial record AdmissionCase(string Kind, JsonObject Content)
{
    public static IEnumerable<AdmissionCase> All =>
        from resource in typeof(AdmissionCase).Assembly.GetManifestResourceNames()
        where resource.StartsWith("case.", StringComparison.Ordinal)
        from item in (JsonArray)Read(resource)!
        select new AdmissionCase(resource["case.".Length..], (JsonObject)item!);

    public string Title => $"{Kind}: {Content["is"]}";

    public bool IsOfWebhook => !Content.ContainsKey("schema") && !Content.ContainsKey("strict");

    /// <summary>What stands after "configuration is invalid: "; null when istiod lets the object pass.</summary>
    public string? Refusal => Content["webhook"] switch
    {
        null => null,
        JsonArray list => $"{list.Count} {(list.Count == 1 ? "error" : "errors")} occurred:\n{string.Concat(list.Select(error => $"\t* {error}\n"))}\n",
        var text => text.ToString(),
    };

    public IReadOnlyList<string> Warnings => [.. (Content["warns"] as JsonArray ?? []).Select(warning => warning!.ToString())];

    public JsonObject Item
    {
        get
        {
            var item = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x", ["namespace"] = "demo" }, ["spec"] = Content["spec"]?.DeepClone() };
            foreach (var (name, value) in Content["meta"] as JsonObject ?? [])
            {
                item["metadata"]![name] = value?.DeepClone();
            }

            return item;
        }
    }

    private static JsonNode? Read(string resource)
    {
        using var stream = typeof(AdmissionCase).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return KubeYaml.Read(Letters.Replace(reader.ReadToEnd(), match => new string(match.Groups[1].Value[0], int.Parse(match.Groups[2].Value))))[0].Content;
    }

    /// <summary>LETTERS-a-300 stands for three hundred letters.</summary>
    [GeneratedRegex("LETTERS-(.)-([0-9]+)")]
    private static partial Regex Letters { get; }
}
