using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>The cells of a pod: its state in one word, as kubectl users know it.</summary>
internal static class PodCells
{
    private const string None = "<none>";

    public static IEnumerable<JsonNode?> For(JsonObject item, string name, string age, DateTimeOffset now)
    {
        var spec = item.Object("spec") ?? [];
        var status = item.Object("status") ?? [];
        var states = JsonAccess.Objects(status.Array("containerStatuses")).ToArray();
        var sidecars = Sidecars(spec);
        var initial = JsonAccess.Objects(status.Array("initContainerStatuses")).ToArray();
        var total = (spec.Array("containers")?.Count ?? 0) + sidecars.Count;
        var ready = states.Count(s => s.Flag("ready") == true) + initial.Count(s => sidecars.Contains(s.Text("name") ?? "") && s.Flag("ready") == true);
        var gates = spec.Array("readinessGates") is { Count: > 0 } declared ? $"{GatesMet(declared, status)}/{declared.Count}" : None;
        return
        [
            name, $"{ready}/{total}", Reason(item, spec, status, initial, states), Restarts(states.Concat(initial.Where(s => sidecars.Contains(s.Text("name") ?? ""))), now), age,
            Text(status.Text("podIP")), Text(spec.Text("nodeName")), Text(status.Text("nominatedNodeName")), gates,
        ];
    }

    private static HashSet<string> Sidecars(JsonObject spec) =>
        [.. JsonAccess.Objects(spec.Array("initContainers")).Where(c => c.Text("restartPolicy") == "Always").Select(c => c.Text("name") ?? "")];

    private static string Reason(JsonObject item, JsonObject spec, JsonObject status, JsonObject[] initial, JsonObject[] states)
    {
        var reason = status.Text("reason") is { Length: > 0 } given ? given : status.Text("phase") ?? "";
        var (initReason, initializing) = Initializing(spec, initial);
        if (initializing) reason = initReason;
        else reason = FromContainers(states, reason, status);
        if (item.TextAt("metadata", "deletionTimestamp").Length == 0) return reason;
        return status.Text("reason") == "NodeLost" ? "Unknown" : status.Text("phase") is "Succeeded" or "Failed" ? reason : "Terminating";
    }

    private static (string Reason, bool Initializing) Initializing(JsonObject spec, JsonObject[] initial)
    {
        var declared = JsonAccess.Objects(spec.Array("initContainers")).ToArray();
        for (var i = 0; i < initial.Length; i++)
        {
            var state = initial[i].Object("state") ?? [];
            var sidecar = declared.FirstOrDefault(c => c.Text("name") == initial[i].Text("name"))?.Text("restartPolicy") == "Always";
            if (state.Object("terminated") is { } ended && ended.Number("exitCode") is null or 0 && state.Object("terminated") is not null) continue;
            if (sidecar && initial[i].Flag("started") == true) continue;
            if (state.Object("terminated") is { } failed)
            {
                return (failed.Text("reason") is { Length: > 0 } why ? $"Init:{why}" : $"Init:ExitCode:{failed.Number("exitCode")}", true);
            }

            if (state.Object("waiting")?.Text("reason") is { Length: > 0 } waiting && waiting != "PodInitializing") return ($"Init:{waiting}", true);
            return ($"Init:{i.ToString(CultureInfo.InvariantCulture)}/{declared.Length}", true);
        }

        return ("", false);
    }

    private static string FromContainers(JsonObject[] states, string reason, JsonObject status)
    {
        var running = false;
        for (var i = states.Length - 1; i >= 0; i--)
        {
            var state = states[i].Object("state") ?? [];
            if (state.Object("waiting")?.Text("reason") is { Length: > 0 } waiting) reason = waiting;
            else if (state.Object("terminated") is { } ended)
                reason = ended.Text("reason") is { Length: > 0 } why ? why : ended.Number("signal") is { } signal and not 0 ? $"Signal:{signal}" : $"ExitCode:{ended.Number("exitCode") ?? 0}";
            else if (states[i].Flag("ready") == true && state.Object("running") is not null) running = true;
        }

        if (reason != "Completed" || !running) return reason;
        var podReady = JsonAccess.Objects(status.Array("conditions")).Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");
        return podReady ? "Running" : "NotReady";
    }

    private static string Restarts(IEnumerable<JsonObject> states, DateTimeOffset now)
    {
        var list = states.ToArray();
        var count = list.Sum(s => s.Number("restartCount") ?? 0);
        var last = list
            .Select(s => s.Object("lastState")?.Object("terminated")?.Text("finishedAt"))
            .Where(t => t is not null)
            .Select(t => DateTimeOffset.TryParse(t, CultureInfo.InvariantCulture, out var at) ? at : default)
            .DefaultIfEmpty()
            .Max();
        return count > 0 && last != default ? $"{count} ({Age.Of(now - last)} ago)" : count.ToString(CultureInfo.InvariantCulture);
    }

    private static int GatesMet(JsonArray gates, JsonObject status) => JsonAccess.Objects(gates).Count(g =>
        JsonAccess.Objects(status.Array("conditions")).Any(c => c.Text("type") == g.Text("conditionType") && c.Text("status") == "True"));

    private static string Text(string? value) => string.IsNullOrEmpty(value) ? None : value;
}
