using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Json;

namespace Weft.Kubernetes.Objects;

/// <summary>Objects as a real API server (1.36) answered them, read and written again.</summary>
public sealed class RecordedObjectsTests
{
    [Fact]
    public async Task Recorded_objects_keep_every_field_through_reading_and_writing()
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "recorded.json.gz"));
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var document = await JsonDocument.ParseAsync(unpacked, default, TestContext.Current.CancellationToken);
        var losses = new SortedSet<string>();
        var count = 0;
        foreach (var recorded in document.RootElement.EnumerateArray())
        {
            var kind = recorded.GetProperty("kind").GetString()!;
            var written = Rewritten(kind == "APIResourceList" ? nameof(ApiResourceList) : kind, recorded);
            Compare(kind, JsonNode.Parse(recorded.GetRawText()), written, losses);
            count++;
        }

        Assert.True(count > 100, $"{count} objects");
        Assert.Empty(losses);
    }

    [Fact]
    public void Null_collections_read_as_empty()
    {
        var pod = JsonSerializer.Deserialize("""{"metadata":{"name":"a","labels":null,"finalizers":null},"spec":{"containers":null},"status":null}""", KubernetesJson.TypeInfo<Pod>())!;

        Assert.Empty(pod.Metadata.Labels);
        Assert.Empty(pod.Metadata.Finalizers);
        Assert.Empty(pod.Spec.Containers);
        Assert.Empty(pod.Status.ContainerStatuses);
        Assert.Empty(new Pod().Spec.Volumes);
        Assert.Equal(("v1", "Pod"), (pod.ApiVersion, pod.Kind));
    }

    private static JsonNode? Rewritten(string kind, JsonElement recorded)
    {
        var type = typeof(Pod).Assembly.GetType($"Weft.Kubernetes.Objects.{kind}", throwOnError: true)!;
        var info = KubernetesJson.Options.GetTypeInfo(type);
        return JsonSerializer.SerializeToNode(JsonSerializer.Deserialize(recorded, info), info);
    }

    /// <summary>What the server writes although it is null, empty, false or zero may be absent.</summary>
    private static void Compare(string path, JsonNode? recorded, JsonNode? written, SortedSet<string> losses)
    {
        switch (recorded)
        {
            case JsonObject fields when written is JsonObject other:
                foreach (var (name, value) in fields)
                {
                    Compare($"{path}.{name}", value, other[name], losses);
                }

                break;
            case JsonArray items when written is JsonArray others && others.Count == items.Count:
                for (var i = 0; i < items.Count; i++)
                {
                    Compare($"{path}[]", items[i], others[i], losses);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(recorded, written) && !(written is null && SaysNothing(recorded)))
                {
                    losses.Add($"{path}: {recorded?.ToJsonString()} -> {written?.ToJsonString()}");
                }

                break;
        }
    }

    private static bool SaysNothing(JsonNode? node) => node switch
    {
        null => true,
        JsonObject fields => fields.All(field => SaysNothing(field.Value)),
        JsonArray items => items.Count == 0,
        _ => node.ToJsonString() is "\"\"" or "0" or "false",
    };
}
