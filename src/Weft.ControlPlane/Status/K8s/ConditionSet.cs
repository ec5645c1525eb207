using System.Globalization;
using System.Text.Json.Nodes;
using Weft.Istio.Effective;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>A condition as it should be; when it changed and of which generation it tells is added when it is written.</summary>
internal sealed record WantedCondition(string Type, string Status, string Reason, string Message)
{
    /// <summary>True unless there is a problem.</summary>
    public static WantedCondition Of(string type, string reason, string message, K8sProblem? problem) =>
        problem is null ? new(type, "True", reason, message) : new(type, "False", problem.Reason, problem.Message);
}

/// <summary>Conditions of an object of the Kubernetes API (<c>metav1.Condition</c>).</summary>
internal static class ConditionSet
{
    /// <summary>The present ones with the wanted ones in them: those of others stay, a time stays as long as the status does.</summary>
    public static JsonArray Merge(JsonNode? present, IReadOnlyCollection<WantedCondition> wanted, long generation, DateTimeOffset now)
    {
        var before = (present as JsonArray ?? []).OfType<JsonObject>().ToList();
        var merged = before.Select(condition => wanted.FirstOrDefault(item => IsOf(condition, item.Type)) is { } own ? Write(own, condition, generation, now) : condition.DeepClone());
        var added = wanted.Where(item => !before.Exists(condition => IsOf(condition, item.Type))).Select(item => Write(item, null, generation, now));
        return [.. merged, .. added];
    }

    private static bool IsOf(JsonObject condition, string type) => condition["type"]?.ToString() == type;

    private static JsonObject Write(WantedCondition wanted, JsonObject? before, long generation, DateTimeOffset now) => new()
    {
        ["lastTransitionTime"] = before?["status"]?.ToString() == wanted.Status && before["lastTransitionTime"] is { } since
            ? since.DeepClone()
            : now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["message"] = wanted.Message,
        ["observedGeneration"] = generation,
        ["reason"] = wanted.Reason,
        ["status"] = wanted.Status,
        ["type"] = wanted.Type,
    };
}
