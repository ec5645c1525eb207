using System.Text.Json.Nodes;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>A change of an object, in one of the forms the API takes.</summary>
public sealed record KubePatch
{
    private KubePatch(string contentType, JsonNode content) => (ContentType, Content) = (contentType, content);

    public string ContentType { get; }

    public JsonNode Content { get; }

    /// <summary>Required for apply.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Apply takes fields over from other managers instead of reporting a conflict.</summary>
    public bool Force { get; init; }

    public string? Subresource { get; init; }

    public bool DryRun { get; init; }

    public string? FieldValidation { get; init; }

    /// <summary>RFC 7386: null removes, arrays are replaced.</summary>
    public static KubePatch Merge(JsonObject patch) => new("application/merge-patch+json", patch);

    /// <summary>Kubernetes' own form for its built-in kinds: lists of named things are merged by their names.</summary>
    public static KubePatch StrategicMerge(JsonObject patch) => new("application/strategic-merge-patch+json", patch);

    /// <summary>RFC 6902.</summary>
    public static KubePatch Json(JsonArray operations) => new("application/json-patch+json", operations);

    /// <summary>Server-side apply of what the field manager wants, which creates the object when it is missing.</summary>
    public static KubePatch Apply(JsonObject wanted, string fieldManager, bool force = true) =>
        new("application/apply-patch+yaml", wanted) { FieldManager = fieldManager, Force = force };

    /// <inheritdoc cref="Apply(JsonObject, string, bool)"/>
    public static KubePatch Apply<T>(T wanted, string fieldManager, bool force = true)
        where T : IKubeObject =>
        Apply(UntypedObject.From(wanted).Content, fieldManager, force);
}
