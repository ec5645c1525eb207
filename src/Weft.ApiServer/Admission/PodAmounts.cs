using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>What a pod takes as a whole: its containers together, or the largest of those that come before them.</summary>
internal static class PodAmounts
{
    /// <param name="part">requests or limits.</param>
    public static Dictionary<string, decimal> Of(JsonObject pod, string part)
    {
        var spec = pod.Object("spec") ?? [];
        var sum = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var container in JsonAccess.Objects(spec.Array("containers"))) Amounts.Add(sum, Amounts.Read(container.Object("resources")?.Object(part)));
        foreach (var container in JsonAccess.Objects(spec.Array("initContainers")))
        {
            var amounts = Amounts.Read(container.Object("resources")?.Object(part));
            // One that stays runs beside the others.
            if (container.Text("restartPolicy") == "Always") Amounts.Add(sum, amounts);
            else Amounts.Raise(sum, amounts);
        }

        return sum;
    }
}
