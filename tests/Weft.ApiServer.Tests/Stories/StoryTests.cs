using Weft.ApiServer.Support;

namespace Weft.ApiServer.Stories;

public sealed class StoryTests
{
    [Theory]
    [InlineData("04-namespace")]
    [InlineData("05-serviceaccount-token")]
    [InlineData("06-configmap-crud")]
    [InlineData("08-service")]
    [InlineData("11-workloads")]
    [InlineData("13-server-side-apply")]
    [InlineData("14-dryrun-fieldvalidation")]
    [InlineData("15-crd")]
    [InlineData("16-istio")]
    [InlineData("21-finalizers-ownerreferences")]
    public async Task Answers_are_those_of_the_recorded_server(string story)
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        foreach (var ns in new[] { "demo", "watch", "lists" }) await server.SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        if (story.StartsWith("05", StringComparison.Ordinal)) await server.SendAsync("DELETE", "/api/v1/namespaces/demo/serviceaccounts/default");
        await server.SendAsync("DELETE", "/api/v1/namespaces/demo/configmaps/kube-root-ca.crt");
        using var replay = new StoryReplay(server);
        var expected = StoryReplay.Deviations(story);
        var failures = new List<string>();
        var (steps, differing) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var step in StoryReplay.Load(story).Select(s => s!.AsObject()))
        {
            var differences = await replay.SendAsync(step);
            var name = step["step"]!.GetValue<string>();
            steps.Add(name);
            if (differences.Count > 0) differing.Add(name);
            if (differences.Count > 0 && !expected.ContainsKey(name)) failures.Add($"{story} | {name} | {string.Join("; ", differences.Take(4))}");
        }

        // The list only shrinks: what matches by now must leave it, and what stays needs a reason.
        failures.AddRange(expected.Where(e => !differing.Contains(e.Key)).Select(e => $"{story} | {e.Key} | {(steps.Contains(e.Key) ? "matches now: take it off deviations.txt" : "no such step")}"));
        failures.AddRange(expected.Where(e => e.Value.Length == 0).Select(e => $"{story} | {e.Key} | listed without a reason"));
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
