using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Storage;

/// <summary>Where an object is kept: its resource (whatever the version), namespace ("" when cluster-scoped) and name.</summary>
internal readonly record struct ObjectKey(string StorageKey, string Namespace, string Name);

/// <summary>One committed state of one object. The JSON is without kind and apiVersion: those belong to the version that is asked for.</summary>
internal sealed class StoredObject
{
    public required ObjectKey Key { get; init; }

    public required long Revision { get; init; }

    public required string Uid { get; init; }

    public required ReadOnlyMemory<byte> Json { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Uids of the owners, for garbage collection.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary>Marked for deletion.</summary>
    public bool IsDeleting { get; init; }

    /// <summary>The object in the given version, freshly parsed: the caller may change it.</summary>
    public JsonObject ToObject(ResourceDefinition resource)
    {
        var content = JsonText.ParseObject(Json.Span);
        if (StorageForm.Differs(resource)) content = StorageForm.ToShown(resource, content);
        var result = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion };
        foreach (var (name, value) in content.ToArray())
        {
            if (name is "kind" or "apiVersion") continue;
            content.Remove(name);
            result[name] = value;
        }

        return result;
    }

    /// <summary>Takes the object apart for keeping; stamps the revision into it.</summary>
    public static StoredObject From(ObjectKey key, JsonObject content, long revision)
    {
        content.Remove("kind");
        content.Remove("apiVersion");
        var metadata = content.Ensure("metadata");
        metadata["resourceVersion"] = revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Read(key, content, JsonText.Write(content), revision);
    }

    public static StoredObject Load(ObjectKey key, byte[] json, long revision) => Read(key, JsonText.ParseObject(json), json, revision);

    private static StoredObject Read(ObjectKey key, JsonObject content, byte[] json, long revision)
    {
        var metadata = content.Object("metadata");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in metadata?.Object("labels") ?? []) labels[name] = (value as JsonValue)?.ToString() ?? "";
        return new StoredObject
        {
            Key = key,
            Revision = revision,
            Uid = metadata?.Text("uid") ?? "",
            Json = json,
            Labels = labels,
            Owners = [.. JsonAccess.Objects(metadata?.Array("ownerReferences")).Select(o => o.Text("uid") ?? "")],
            Finalizers = [.. (metadata?.Array("finalizers") ?? []).Select(f => f?.ToString() ?? "")],
            IsDeleting = metadata?.Text("deletionTimestamp") is not null,
        };
    }
}
