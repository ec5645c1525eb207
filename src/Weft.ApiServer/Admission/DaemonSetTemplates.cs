using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>The annotation by which old controllers counted the templates of a DaemonSet: kept by the server, one more with every change.</summary>
internal static class DaemonSetTemplates
{
    public const string Annotation = "deprecated.daemonset.template.generation";

    public static void Hide(JsonObject item)
    {
        if (item.Object("metadata")?.Object("annotations") is not { } annotations) return;
        annotations.Remove(Annotation);
        if (annotations.Count == 0) item.Object("metadata")!.Remove("annotations");
    }

    public static void Count(JsonObject before, JsonObject item)
    {
        var old = before.Object("metadata")?.Object("annotations")?.Text(Annotation) ?? "1";
        var changed = !JsonNode.DeepEquals(before.Object("spec")?["template"], item.Object("spec")?["template"]);
        var next = changed && int.TryParse(old, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (count + 1).ToString(CultureInfo.InvariantCulture) : old;
        item.Ensure("metadata").Ensure("annotations")[Annotation] = next;
    }
}
