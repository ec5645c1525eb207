using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>The table cells of an autoscaler (in its v2 form): what it scales, and by what.</summary>
internal static class AutoscalerCells
{
    private const string Unknown = "<unknown>";

    public static JsonNode?[] For(JsonObject item, string name, string age)
    {
        var spec = item.Object("spec") ?? [];
        return
        [
            name, $"{spec.Object("scaleTargetRef")?.Text("kind")}/{spec.Object("scaleTargetRef")?.Text("name")}", Targets(item), spec.Number("minReplicas")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "<unset>",
            spec.Number("maxReplicas") ?? 0, item.Object("status")?.Number("currentReplicas") ?? 0, age,
        ];
    }

    private static string Targets(JsonObject item)
    {
        var metrics = JsonAccess.Objects(item.Object("spec")?.Array("metrics")).ToArray();
        if (metrics.Length == 0) return "<none>";
        var current = JsonAccess.Objects(item.Object("status")?.Array("currentMetrics")).ToArray();
        var texts = metrics.Select((m, i) => Target(m, current.ElementAtOrDefault(i))).ToArray();
        return texts.Length > 2 ? $"{string.Join(", ", texts.Take(2))} + {texts.Length - 2} more..." : string.Join(", ", texts);
    }

    private static string Target(JsonObject metric, JsonObject? current)
    {
        var (source, prefix) = metric.Text("type") switch
        {
            "Resource" => (metric.Object("resource"), metric.Object("resource")?.Text("name") + ": "),
            "ContainerResource" => (metric.Object("containerResource"), metric.Object("containerResource")?.Text("name") + ": "),
            "Pods" => (metric.Object("pods"), ""),
            "Object" => (metric.Object("object"), ""),
            _ => (metric.Object("external"), ""),
        };
        var now = (current?.FirstOrDefault(p => p.Value is JsonObject).Value as JsonObject)?.Object("current");
        var target = source?.Object("target") ?? [];
        if (target.Number("averageUtilization") is { } share) return $"{prefix}{(now?.Number("averageUtilization") is { } used ? $"{used}%" : Unknown)}/{share}%";
        if (target.Text("averageValue") is { } average) return $"{prefix}{now?.Text("averageValue") ?? Unknown}/{average}{(metric.Text("type") is "Object" or "External" ? " (avg)" : "")}";
        return $"{prefix}{now?.Text("value") ?? Unknown}/{target.Text("value") ?? "<auto>"}";
    }
}
