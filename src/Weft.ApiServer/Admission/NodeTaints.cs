using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>A new node takes no pods until it is said to be ready.</summary>
internal static class NodeTaints
{
    private const string NotReady = "node.kubernetes.io/not-ready";

    public static bool IsTainted(JsonObject item) => JsonAccess.Objects(item.Object("spec")?.Array("taints")).Any(IsNotReady);

    public static void Assign(JsonObject item)
    {
        var spec = item.Ensure("spec");
        if (spec.Array("taints") is not { } taints) spec["taints"] = taints = [];
        if (!IsTainted(item)) taints.Add(new JsonObject { ["key"] = NotReady, ["effect"] = "NoSchedule" });
    }

    public static void Remove(JsonObject item)
    {
        if (item.Object("spec")?.Array("taints") is not { } taints) return;
        foreach (var taint in JsonAccess.Objects(taints).Where(IsNotReady).ToArray()) taints.Remove(taint);
    }

    private static bool IsNotReady(JsonObject taint) => taint.Text("key") == NotReady && taint.Text("effect") == "NoSchedule";
}
