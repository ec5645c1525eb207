using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>A Job finds its pods by labels of its own, unless its author says he chooses them himself.</summary>
internal static class JobLabels
{
    public static void Assign(JsonObject item)
    {
        var spec = item.Ensure("spec");
        if (spec.Flag("manualSelector") == true) return;
        spec["manualSelector"] = false;
        var uid = item.TextAt("metadata", "uid");
        var name = item.TextAt("metadata", "name");
        var labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        foreach (var (key, value) in new[] { ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name), ("controller-uid", uid), ("job-name", name) })
            labels[key] = value;
        if (item.Object("metadata")?.Object("labels") is null) item.Ensure("metadata")["labels"] = labels.DeepClone();
        spec.Ensure("selector").Ensure("matchLabels")["batch.kubernetes.io/controller-uid"] = uid;
    }
}
