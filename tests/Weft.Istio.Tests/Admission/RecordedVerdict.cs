using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.Istio.Admission;

/// <summary>One object that a real API server 1.36 with istiod 1.30.1 was asked to store (dry run, strict), and its answer. Recorded 2026-11-21.</summary>
internal sealed record RecordedVerdict(string Name, string Verdict, string Layer, string Message, string[] Warnings, JsonObject Item)
{
    private const string WebhookPrefix = "admission webhook \"validation.istio.io\" denied the request: ";

    /// <summary>Those that came as far as the webhook: the schema had nothing against them.</summary>
    public static IReadOnlyList<RecordedVerdict> OfWebhook { get; } = [.. Load().Where(verdict => verdict.Layer is "" or "webhook")];

    public static IReadOnlyDictionary<string, string> Deviations { get; } =
        Lines("deviations.tsv").Select(line => line.Split('\t', 2)).ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? "");

    /// <summary>What the webhook said, without what the API server writes before it.</summary>
    public string WebhookMessage => Message.StartsWith(WebhookPrefix, StringComparison.Ordinal) ? Message[WebhookPrefix.Length..] : Message;

    private static IEnumerable<RecordedVerdict> Load()
    {
        using var packed = typeof(RecordedVerdict).Assembly.GetManifestResourceStream("verdicts.jsonl")!;
        using var lines = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
        {
            var recorded = JsonNode.Parse(line)!.AsObject();
            yield return new RecordedVerdict(
                Text(recorded, "name"),
                Text(recorded, "verdict"),
                Text(recorded, "layer"),
                Text(recorded, "message"),
                [.. recorded["warnings"]!.AsArray().Select(warning => warning!.GetValue<string>())],
                (JsonObject)KubeYaml.Read(Lengthened(Text(recorded, "yaml")))[0].Content!);
        }
    }

    /// <summary>One body of 150,000 letters is kept short in the recording.</summary>
    private static string Lengthened(string yaml)
    {
        var mark = yaml.IndexOf("...(150000 letters a, shortened)", StringComparison.Ordinal);
        return mark < 0 ? yaml : yaml[..yaml.LastIndexOf(' ', mark)] + " " + new string('a', 150_000) + "\n";
    }

    private static string Text(JsonObject recorded, string field) => recorded[field]!.GetValueKind() == JsonValueKind.String ? recorded[field]!.GetValue<string>() : "";

    private static string[] Lines(string resource)
    {
        using var stream = typeof(RecordedVerdict).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
