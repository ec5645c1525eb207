using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weft.Kubernetes.Json;

namespace Weft.Kubernetes.Objects;

/// <summary>An object of any kind as its JSON: fields nobody here knows survive. Whoever wraps a JsonObject no longer changes it.</summary>
[JsonConverter(typeof(UntypedObjectConverter))]
public sealed class UntypedObject(JsonObject content) : IKubeObject
{
    private readonly Lazy<ObjectMeta> _metadata = new(() =>
        content["metadata"]?.Deserialize(KubernetesJson.TypeInfo<ObjectMeta>()) ?? ObjectMeta.None);

    public JsonObject Content { get; } = content;

    public string ApiVersion => Text("apiVersion");

    public string Kind => Text("kind");

    /// <summary>Throws JsonException when the metadata is not an object of the right shape.</summary>
    public ObjectMeta Metadata => _metadata.Value;

    /// <summary>The untyped form of a typed object.</summary>
    public static UntypedObject From<T>(T typed)
        where T : IKubeObject =>
        new((JsonObject)JsonSerializer.SerializeToNode(typed, KubernetesJson.TypeInfo<T>())!);

    /// <summary>The typed form. Throws JsonException when the content does not have its shape.</summary>
    public T As<T>(JsonSerializerOptions? options = null) =>
        Content.Deserialize((options ?? KubernetesJson.Options).TypeInfoOf<T>()) ?? throw new JsonException("the object is null");

    public override string ToString() => Content.ToJsonString();

    private string Text(string field) => Content[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

internal sealed class UntypedObjectConverter : JsonConverter<UntypedObject>
{
    public override UntypedObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonNode.Parse(ref reader) is JsonObject content ? new UntypedObject(content) : throw new JsonException("an object is expected");

    public override void Write(Utf8JsonWriter writer, UntypedObject value, JsonSerializerOptions options) => value.Content.WriteTo(writer, options);
}
