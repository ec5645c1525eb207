using Weft.ApiServer.Support;

namespace Weft.ApiServer.Stories;

public sealed class StoryTests
{
    /// <summary>This story begins after a restart: no history of changes is left.</summary>
    private const string AfterRestart = "25-watch-too-old";

    /// <summary>What a story finds that others made before it.</summary>
    private static readonly Dictionary<string, string[]> Earlier = new(StringComparer.Ordinal)
    {
        ["14-dryrun-fieldvalidation"] = ["13-server-side-apply"],
        ["18-table"] = ["09-node-pod", "10-event-endpoints", "11-workloads", "16-istio"],
    };

    /// <summary>Stories in which controllers work beside the requests.</summary>
    private static readonly string[] Settling = ["15-crd", "24-namespace-deletion"];

    [Theory]
    [InlineData("01-discovery")]
    [InlineData("02-health")]
    [InlineData("03-authn-authz")]
    [InlineData("04-namespace")]
    [InlineData("05-serviceaccount-token")]
    [InlineData("06-configmap-crud")]
    [InlineData("07-secret")]
    [InlineData("08-service")]
    [InlineData("09-node-pod")]
    [InlineData("10-event-endpoints")]
    [InlineData("11-workloads")]
    [InlineData("13-server-side-apply")]
    [InlineData("14-dryrun-fieldvalidation")]
    [InlineData("15-crd")]
    [InlineData("16-istio")]
    [InlineData("18-table")]
    [InlineData("19-watch")]
    [InlineData("21-finalizers-ownerreferences")]
    [InlineData("24-namespace-deletion")]
    [InlineData("25-watch-too-old")]
    public async Task Answers_are_those_of_the_recorded_server(string story)
    {
        var folder = Directory.CreateTempSubdirectory("weft-story-");
        try
        {
            await using (var server = await StartAsync(story, folder))
            {
                await PrepareAsync(server, story);
                if (story != AfterRestart) await PlayAsync(server, story);
            }

            if (story != AfterRestart) return;
            await using var restarted = await StartAsync(story, folder);
            await PlayAsync(restarted, story);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<RunningServer> StartAsync(string story, DirectoryInfo folder) =>
        RunningServer.StartAsync(o => o with { RunControllers = story.StartsWith("24", StringComparison.Ordinal) }, folder.FullName);

    private static async Task PrepareAsync(RunningServer server, string story)
    {
        foreach (var ns in new[] { "demo", "watch", "lists", "ctl" }) await server.SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        if (story.StartsWith("05", StringComparison.Ordinal)) await server.SendAsync("DELETE", "/api/v1/namespaces/demo/serviceaccounts/default");
        foreach (var ns in new[] { "demo", "watch", "lists", "ctl" }) await server.SendAsync("DELETE", $"/api/v1/namespaces/{ns}/configmaps/kube-root-ca.crt");
        foreach (var i in story == "18-table" ? Enumerable.Range(0, 5) : [])
            await server.SendAsync("POST", "/api/v1/namespaces/lists/configmaps", $$$"""{"metadata":{"name":"c{{{i + 1}}}","labels":{"app":"a","tier":"web"}},"data":{"i":"{{{i}}}"}}""");
        if (story == AfterRestart)
        {
            await server.SendAsync("POST", "/api/v1/namespaces/watch/configmaps", """{"metadata":{"name":"bm"},"data":{"z":"1"}}""");
            await server.SendAsync("PATCH", "/api/v1/namespaces/watch/configmaps/bm", """{"metadata":{"managedFields":[{}]}}""", "application/merge-patch+json");
        }

        foreach (var earlier in Earlier.GetValueOrDefault(story, []))
        {
            using var prelude = new StoryReplay(server);
            foreach (var step in StoryReplay.Load(earlier).Select(s => s!.AsObject()).Where(s => s["events"] is null)) await prelude.SendAsync(step);
        }
    }

    private static async Task PlayAsync(RunningServer server, string story)
    {
        using var replay = new StoryReplay(server);
        var expected = StoryReplay.Deviations(story);
        var failures = new List<string>();
        var (steps, differing) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var step in StoryReplay.Load(story).Select(s => s!.AsObject()))
        {
            var name = step["step"]!.GetValue<string>();
            steps.Add(name);
            Note(name, Settling.Contains(story) ? await replay.SettleAsync(step) : await replay.SendAsync(step));
        }

        foreach (var (step, difference) in await replay.StreamDifferencesAsync()) Note(step, [difference]);

        // The list only shrinks: what matches by now must leave it, and what stays needs a reason.
        failures.AddRange(expected.Where(e => !differing.Contains(e.Key)).Select(e => $"{story} | {e.Key} | {(steps.Contains(e.Key) ? "matches now: take it off deviations.txt" : "no such step")}"));
        failures.AddRange(expected.Where(e => e.Value.Length == 0).Select(e => $"{story} | {e.Key} | listed without a reason"));
        Assert.True(failures.Count == 0, string.Join('\n', failures));

        void Note(string name, IReadOnlyList<string> differences)
        {
            if (differences.Count > 0) differing.Add(name);
            if (differences.Count > 0 && !expected.ContainsKey(name)) failures.Add($"{story} | {name} | {string.Join("; ", differences.Take(4))}");
        }
    }
}
