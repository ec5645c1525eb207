using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Controllers;

/// <summary>
/// Which names of a CustomResourceDefinition are its own: those that no other definition of the group holds. Pure; gives the status as the
/// API server's naming controller writes it.
/// </summary>
internal static class DefinitionNames
{
    /// <summary>The new status; null when the present one says the same.</summary>
    public static JsonObject? Settle(JsonObject definition, IReadOnlyCollection<JsonObject> acceptedByOthers, string now)
    {
        var status = definition.Object("status")?.Clone() ?? [];
        var wanted = definition.Object("spec")?.Object("names") ?? [];
        var had = status.Object("acceptedNames") ?? [];
        var resources = Held(acceptedByOthers, "plural", "singular", "shortNames");
        var kinds = Held(acceptedByOthers, "kind", "listKind");
        string reason = "", message = "";
        var accepted = new JsonObject();
        foreach (var name in new[] { "plural", "singular", "shortNames", "kind", "listKind" })
        {
            var taken = name is "kind" or "listKind" ? kinds : resources;
            var conflict = Texts(wanted[name]).FirstOrDefault(taken.Contains);
            var value = conflict is null ? wanted[name] : had[name];
            accepted[name] = value?.DeepClone();
            if (conflict is null) continue;
            reason = $"{char.ToUpperInvariant(name[0])}{name[1..]}Conflict";
            message = $"\"{conflict}\" is already in use";
        }

        accepted["categories"] = wanted["categories"]?.DeepClone();
        status["acceptedNames"] = accepted;
        if (status.Array("conditions") is null) status["conditions"] = new JsonArray();
        if (reason.Length > 0) Set(status, "NamesAccepted", "False", reason, message, now);
        else Set(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now);
        if (reason.Length == 0) Set(status, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted", now);
        else if (!IsTrue(status, "Established")) Set(status, "Established", "False", "NotAccepted", "not all names are accepted", now);
        return Same(status, definition.Object("status")) ? null : status;
    }

    public static bool IsTrue(JsonObject? status, string type) =>
        JsonAccess.Objects(status?.Array("conditions")).Any(c => c.Text("type") == type && c.Text("status") == "True");

    /// <summary>Sets a condition; its time changes only with its truth.</summary>
    public static void Set(JsonObject status, string type, string truth, string reason, string message, string now)
    {
        if (status.Array("conditions") is not { } conditions) status["conditions"] = conditions = [];
        var old = JsonAccess.Objects(conditions).FirstOrDefault(c => c.Text("type") == type);
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = truth,
            ["lastTransitionTime"] = old?.Text("status") == truth ? old["lastTransitionTime"]?.DeepClone() : now,
            ["reason"] = reason,
            ["message"] = message,
        };
        if (old is null) conditions.Add(condition);
        else conditions[conditions.IndexOf(old)] = condition;
    }

    private static HashSet<string> Held(IEnumerable<JsonObject> others, params string[] names) => [.. others.SelectMany(o => names.SelectMany(n => Texts(o[n])))];

    private static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        null => [],
        JsonArray list => list.Select(v => v?.ToString() ?? ""),
        _ => value.ToString() is { Length: > 0 } text ? [text] : [],
    };

    private static bool Same(JsonObject after, JsonObject? before)
    {
        if (before is null) return false;
        var names = (after.Object("acceptedNames") ?? []).Where(p => p.Value is not null).All(p => JsonNode.DeepEquals(p.Value, before.Object("acceptedNames")?[p.Key]));
        return names && JsonNode.DeepEquals(after["conditions"], before["conditions"]);
    }
}
