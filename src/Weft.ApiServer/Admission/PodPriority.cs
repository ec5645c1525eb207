using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Admission;

/// <summary>A new pod's priority: that of the class it names, else of the default class, else 0.</summary>
internal static class PodPriority
{
    public static void Assign(ResourceDefinition resource, JsonObject item, ObjectStore store)
    {
        if (resource.TypeName != "core/v1.Pod") return;
        var spec = item.Ensure("spec");
        var given = spec.Number("priority");
        var @class = Class(resource, item, store);
        if (@class is not null) spec["priorityClassName"] = @class.TextAt("metadata", "name");
        var priority = @class?.Number("value") ?? 0;
        if (given is not null && given != priority)
        {
            throw StatusErrors.Forbidden(
                resource,
                item.TextAt("metadata", "name"),
                $"the integer value of priority ({Text(given.Value)}) must not be provided in pod spec; priority admission controller computed {Text(priority)} from the given PriorityClass name");
        }

        spec["priority"] = priority;
        spec.Default("preemptionPolicy", @class?.Text("preemptionPolicy") ?? "PreemptLowerPriority");
    }

    private static JsonObject? Class(ResourceDefinition resource, JsonObject item, ObjectStore store)
    {
        const string classes = "scheduling.k8s.io/priorityclasses";
        if (item.Object("spec")?.Text("priorityClassName") is { Length: > 0 } name)
        {
            var found = store.Current.Find(new ObjectKey(classes, "", name))
                ?? throw StatusErrors.Forbidden(resource, item.TextAt("metadata", "name"), $"no PriorityClass with name {name} was found");
            return JsonText.ParseObject(found.Json.Span);
        }

        // Of several default classes the lowest counts.
        return store.Current.Of(classes).Select(c => JsonText.ParseObject(c.Json.Span)).Where(c => c.Flag("globalDefault") == true).MinBy(c => c.Number("value") ?? 0);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
