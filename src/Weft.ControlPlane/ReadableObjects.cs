using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane;

/// <summary>
/// The objects of one Istio kind as its records. One that cannot be read becomes a finding and its last good version stays, if there was one; a deleted
/// object is gone either way. Not safe for concurrent calls.
/// </summary>
/// <param name="substitute">What stands for an object that never could be read; by default nothing.</param>
internal sealed class ReadableObjects<T>(string kind, JsonTypeInfo<T> typeInfo, Func<UntypedObject, T?>? substitute = null)
    where T : class, IKubeObject
{
    /// <summary>Fields whose keys are free: a null value there is no absent field, and taking it for one would widen a condition.</summary>
    private static readonly FrozenSet<string> s_maps =
        FrozenSet.ToFrozenSet(["headers", "withoutHeaders", "queryParams", "labels", "matchLabels", "sourceLabels", "portLevelMtls"]);

    private Dictionary<NamespacedName, Reading> _readings = [];

    /// <summary>Reads what has changed since the last call.</summary>
    public (ImmutableArray<T> Objects, ImmutableArray<UnreadableObject> Unreadable) Of(ResourceStore<UntypedObject> store)
    {
        var before = _readings;
        _readings = store.Items.ToDictionary(item => item.Key, item => Read(item.Value, before.GetValueOrDefault(item.Key)));
        var ordered = _readings.OrderBy(item => item.Key).ToList();
        return (
            [.. ordered.Select(item => item.Value.Good ?? item.Value.Substitute).OfType<T>()],
            [.. from item in ordered let problem = item.Value.Problem where problem is not null select new UnreadableObject(kind, item.Key, problem, item.Value.Good is not null)]);
    }

    private Reading Read(UntypedObject source, Reading? before)
    {
        if (ReferenceEquals(before?.Source, source))
        {
            return before;
        }

        if (before is { Problem: null } && IsAsBefore(source, before.Source))
        {
            return before with { Source = source };
        }

        try
        {
            RejectNulls(source.Content, "$", isMap: false);
            return new Reading(source, source.Content.Deserialize(typeInfo) ?? throw new JsonException("the object is null"), null, null);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or NotSupportedException or ArgumentException or OverflowException)
        {
            var good = before is not null && before.Source.Metadata.Uid == source.Metadata.Uid ? before.Good : null;
            return new Reading(source, good, ProblemOf(error), good is null ? substitute?.Invoke(source) : null);
        }
    }

    /// <summary>Only the status has changed, which nothing here reads: what was made of the object stays as good.</summary>
    private static bool IsAsBefore(UntypedObject source, UntypedObject before) =>
        source.Metadata.Uid is { Length: > 0 } uid && before.Metadata.Uid == uid
        && source.Metadata.Generation > 0 && source.Metadata.Generation == before.Metadata.Generation
        && source.Metadata.DeletionTimestamp == before.Metadata.DeletionTimestamp
        && JsonNode.DeepEquals(source.Content["metadata"]?["labels"], before.Content["metadata"]?["labels"])
        && JsonNode.DeepEquals(source.Content["metadata"]?["annotations"], before.Content["metadata"]?["annotations"])
        && JsonNode.DeepEquals(source.Content["spec"], before.Content["spec"]);

    /// <summary>What is wrong, with the place where it is.</summary>
    private static string ProblemOf(Exception error) =>
        error is JsonException { Path: { } path } && !error.Message.Contains(path, StringComparison.Ordinal) ? $"{path}: {error.Message}" : error.Message;

    private static void RejectNulls(JsonNode? node, string path, bool isMap)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                {
                    RejectNulls(item ?? throw new JsonException($"{path} has an element that is null"), path, isMap: false);
                }

                break;
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    if (value is null && isMap)
                    {
                        throw new JsonException($"{path}.{name} is null");
                    }

                    RejectNulls(value, $"{path}.{name}", s_maps.Contains(name));
                }

                break;
            default:
                break;
        }
    }

    private sealed record Reading(UntypedObject Source, T? Good, string? Problem, T? Substitute);
}
