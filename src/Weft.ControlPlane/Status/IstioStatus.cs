using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Status;

/// <summary>An Istio object's status (<c>istio.meta.v1alpha1.IstioStatus</c>): what this control plane says in it. Everything else in it stays.</summary>
internal static class IstioStatus
{
    private const string Condition = "Reconciled";

    /// <summary>The status says that this control plane found a problem.</summary>
    public static bool HasProblem(JsonObject? status) => Own(status)?["status"]?.ToString() == "False";

    /// <summary>The merge patch of the status; null when it says what it should already.</summary>
    /// <param name="problem">Null: none, or none any more.</param>
    /// <param name="generation">Of the object that was looked at.</param>
    public static JsonObject? Patch(JsonObject? status, ObjectProblem? problem, long generation, DateTimeOffset now)
    {
        var before = Own(status);
        if (problem is null ? !HasProblem(status) : IsSaid(before, problem, generation))
        {
            return null;
        }

        var outcome = problem is null ? "True" : "False";
        var condition = new JsonObject
        {
            ["type"] = Condition,
            ["status"] = outcome,
            ["lastTransitionTime"] = before?["status"]?.ToString() == outcome && before["lastTransitionTime"] is { } since
                ? since.DeepClone()
                : now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
        };
        if (problem is not null)
        {
            condition["reason"] = problem.Reason;
            condition["message"] = problem.Message;
        }

        if (generation > 0)
        {
            condition["observedGeneration"] = generation;
        }

        return new JsonObject
        {
            ["conditions"] = new JsonArray([.. Others(status).Select(other => other.DeepClone()), condition]),
            ["validationMessages"] = problem is null ? null : new JsonArray(Message(problem)),
        };
    }

    private static JsonObject Message(ObjectProblem problem)
    {
        var message = new JsonObject
        {
            ["type"] = new JsonObject { ["name"] = problem.CodeName, ["code"] = problem.Code },
            ["level"] = problem.Level,
        };
        if (problem.DocumentationUrl is { } url)
        {
            message["documentationUrl"] = url;
        }

        return message;
    }

    private static bool IsSaid(JsonObject? condition, ObjectProblem problem, long generation) =>
        condition?["status"]?.ToString() == "False"
        && condition["reason"]?.ToString() == problem.Reason
        && condition["message"]?.ToString() == problem.Message
        && (generation == 0 || condition["observedGeneration"]?.ToString() == generation.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static JsonObject? Own(JsonObject? status) => Conditions(status).FirstOrDefault(IsOwn);

    private static IEnumerable<JsonObject> Others(JsonObject? status) => Conditions(status).Where(condition => !IsOwn(condition));

    private static bool IsOwn(JsonObject condition) => condition["type"]?.ToString() == Condition;

    private static IEnumerable<JsonObject> Conditions(JsonObject? status) => (status?["conditions"] as JsonArray ?? []).OfType<JsonObject>();
}
