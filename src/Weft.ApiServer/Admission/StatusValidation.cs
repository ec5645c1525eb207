using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>The counters of a workload's status must fit together.</summary>
internal static class StatusValidation
{
    private static readonly Dictionary<string, string[]> Counters = new(StringComparer.Ordinal)
    {
        ["apps/v1.Deployment"] = ["updatedReplicas", "readyReplicas", "availableReplicas"],
        ["apps/v1.ReplicaSet"] = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
        ["apps/v1.StatefulSet"] = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"],
    };

    public static void Validate(string typeName, JsonObject item, List<FieldError> errors)
    {
        if (!Counters.TryGetValue(typeName, out var names)) return;
        var status = item.Object("status") ?? [];
        var replicas = status.Number("replicas") ?? 0;
        foreach (var name in names.Prepend("replicas"))
            if (status.Number(name) is < 0 and var count) errors.Add(FieldError.Invalid($"status.{name}", count.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
        foreach (var name in names)
            if (status.Number(name) is { } count && count > replicas) errors.Add(FieldError.Invalid($"status.{name}", count.ToString(CultureInfo.InvariantCulture), "cannot be greater than status.replicas"));
        if (status.Number("availableReplicas") is { } available && available > (status.Number("readyReplicas") ?? 0))
            errors.Add(FieldError.Invalid("status.availableReplicas", available.ToString(CultureInfo.InvariantCulture), typeName == "apps/v1.StatefulSet" ? "cannot be greater than status.readyReplicas" : "cannot be greater than readyReplicas"));
    }
}
