using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Runtime.RecordedStories;

/// <summary>One request of a recorded story, with the answer of the recorded server.</summary>
internal sealed record RecordedStep
{
    [JsonPropertyName("step")]
    public required string Name { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public string? Accept { get; init; }

    public string? Type { get; init; }

    public JsonNode? Body { get; init; }

    public int Status { get; init; }

    public JsonNode? Answer { get; init; }

    public static ImmutableArray<RecordedStep> Load()
    {
        using var stream = typeof(RecordedStep).Assembly.GetManifestResourceStream("22-controllers.json.gz")!;
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ImmutableArray<RecordedStep>>(unzipped, JsonSerializerOptions.Web);
    }
}
