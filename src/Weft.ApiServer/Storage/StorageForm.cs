using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Storage;

/// <summary>Kinds that two API groups or versions name differently: objects are kept in one form (core/v1 Event, autoscaling/v2) and shown in the asked one.</summary>
internal static class StorageForm
{
    /// <summary>What an autoscaler aims at that names no metric.</summary>
    private const long DefaultShare = 80;

    private static readonly (string Stored, string Shown)[] EventFields =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("count", "deprecatedCount"), ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("source", "deprecatedSource"), ("reportingComponent", "reportingController"),
    ];

    /// <summary>Whether objects of the resource are kept in another form.</summary>
    public static bool Differs(ResourceDefinition resource) => resource.TypeName is "events/v1.Event" or "autoscaling/v1.HorizontalPodAutoscaler";

    /// <summary>The object as it is kept. The input is consumed.</summary>
    public static JsonObject ToStored(ResourceDefinition resource, JsonObject item)
    {
        if (resource.TypeName == "events/v1.Event") foreach (var (stored, shown) in EventFields) Rename(item, shown, stored);
        if (resource.TypeName == "autoscaling/v1.HorizontalPodAutoscaler") ToV2(item);
        return item;
    }

    /// <summary>The object as the resource shows it, fields in its order. The input is consumed.</summary>
    public static JsonObject ToShown(ResourceDefinition resource, JsonObject item)
    {
        if (resource.TypeName == "events/v1.Event") foreach (var (stored, shown) in EventFields) Rename(item, stored, shown);
        if (resource.TypeName == "autoscaling/v1.HorizontalPodAutoscaler") ToV1(item);
        return ObjectDecoder.Decode(item, resource.Schema, resource.Kind, []);
    }

    /// <summary>The path of a field of an events.k8s.io Event in the kept form.</summary>
    public static string StoredPath(string path)
    {
        var first = path.Split('.')[0];
        return EventFields.FirstOrDefault(f => f.Shown == first) is { Stored: { } stored } ? stored + path[first.Length..] : path;
    }

    private static void Rename(JsonObject item, string from, string to)
    {
        if (!item.TryGetPropertyValue(from, out var value)) return;
        item.Remove(from);
        item[to] = value;
    }

    private static void ToV2(JsonObject item)
    {
        var spec = item.Ensure("spec");
        if (spec.Number("targetCPUUtilizationPercentage") is { } share) spec["metrics"] = new JsonArray(Cpu("target", "averageUtilization", share, typed: true));
        else if (spec.Array("metrics") is null or { Count: 0 }) spec["metrics"] = new JsonArray(Cpu("target", "averageUtilization", DefaultShare, typed: true));
        spec.Remove("targetCPUUtilizationPercentage");
        var status = item.Ensure("status");
        if (status.Number("currentCPUUtilizationPercentage") is { } used) status["currentMetrics"] = new JsonArray(Cpu("current", "averageUtilization", used, typed: false));
        status.Remove("currentCPUUtilizationPercentage");
    }

    private static void ToV1(JsonObject item)
    {
        var spec = item.Ensure("spec");
        if (Share(spec.Array("metrics"), "target") is { } share) spec["targetCPUUtilizationPercentage"] = share;
        spec.Remove("metrics");
        spec.Remove("behavior");
        var status = item.Ensure("status");
        if (Share(status.Array("currentMetrics"), "current") is { } used) status["currentCPUUtilizationPercentage"] = used;
        status.Remove("currentMetrics");
        status.Remove("conditions");
    }

    private static JsonObject Cpu(string part, string field, long value, bool typed)
    {
        var amount = new JsonObject { [field] = value };
        if (typed) amount["type"] = "Utilization";
        return new JsonObject { ["type"] = "Resource", ["resource"] = new JsonObject { ["name"] = "cpu", [part] = amount } };
    }

    private static long? Share(JsonArray? metrics, string part) => JsonAccess.Objects(metrics)
        .FirstOrDefault(m => m.Text("type") == "Resource" && m.Object("resource")?.Text("name") == "cpu")?.Object("resource")?.Object(part)?.Number("averageUtilization");
}
