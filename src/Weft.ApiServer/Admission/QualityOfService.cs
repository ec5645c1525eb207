using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>A pod's quality-of-service class, from its containers' requests and limits.</summary>
internal static class QualityOfService
{
    private static readonly string[] Counted = ["cpu", "memory"];

    public static string Of(JsonObject spec)
    {
        var containers = JsonAccess.Objects(spec.Array("containers")).Concat(JsonAccess.Objects(spec.Array("initContainers"))).ToArray();
        if (containers.All(c => !Names(c, "requests").Any() && !Names(c, "limits").Any())) return "BestEffort";
        return containers.All(IsGuaranteed) ? "Guaranteed" : "Burstable";
    }

    private static IEnumerable<string> Names(JsonObject container, string part) =>
        (container.Object("resources")?.Object(part) ?? []).Select(p => p.Key).Where(Counted.Contains);

    private static bool IsGuaranteed(JsonObject container) => Counted.All(name =>
        container.Object("resources")?.Object("limits")?[name]?.ToString() is { } limit
        && (container.Object("resources")?.Object("requests")?[name]?.ToString() ?? limit) == limit);
}
