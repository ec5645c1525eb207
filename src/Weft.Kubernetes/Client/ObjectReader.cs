using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>Reads one object of a collection, or says why it cannot.</summary>
internal static class ObjectReader
{
    public static (T? Resource, MalformedObject? Malformed) Read<T>(JsonElement element, KubeResource<T> resource)
        where T : class, IKubeObject
    {
        try
        {
            var read = ReadShape(element, resource);
            return string.IsNullOrEmpty(read.Metadata.Name)
                ? (null, new MalformedObject(NameOf(element), VersionOf(element), "metadata.name is missing"))
                : (read, null);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            return (null, new MalformedObject(NameOf(element), VersionOf(element), e.Message));
        }
    }

    public static string? VersionOf(JsonElement element) => MetadataText(element, "resourceVersion");

    private static T ReadShape<T>(JsonElement element, KubeResource<T> resource)
        where T : class, IKubeObject
    {
        if (typeof(T) != typeof(UntypedObject))
        {
            return element.Deserialize(resource.TypeInfo) ?? throw new JsonException("the object is null");
        }

        // The items of a list of a built-in kind name neither; untyped readers want them.
        var content = JsonObject.Create(element.Clone()) ?? throw new JsonException("the object is null");
        content.TryAdd("apiVersion", resource.ApiVersion);
        content.TryAdd("kind", resource.Kind);
        return (T)(object)new UntypedObject(content);
    }

    private static NamespacedName NameOf(JsonElement element) => new(MetadataText(element, "namespace") ?? "", MetadataText(element, "name") ?? "");

    private static string? MetadataText(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
