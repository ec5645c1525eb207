using System.Text;
using System.Text.Json.Nodes;
using Weft.Runtime.RecordedCommands;
using Weft.Runtime.Support;

namespace Weft.Runtime.RecordedStories;

/// <summary>
/// The recorded story of a namespace with a Service and a Deployment (rolled out, scaled while paused, resumed): what the controllers and the scheduler
/// leave behind must be what those of Kubernetes leave.
/// </summary>
public sealed class ControllerStoryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The test has failed already: what else differs is told without much waiting.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Controllers_leave_what_those_of_a_cluster_leave()
    {
        await using var cluster = await TestCluster.StartAsync(121);
        await cluster.StartNodeAsync(options => options with { NodeName = "node-a", Launchers = [new AnyImageLauncher()] });
        using var http = cluster.CreateHttp();
        var failures = new List<string>();
        foreach (var step in RecordedStep.Load())
        {
            var difference = await SettledAsync(http, step, failures.Count == 0 ? Patience : AfterFailure);
            if (difference.Length > 0) failures.Add($"{step.Name}: {difference}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>Reads again until the controllers are where they were in the recording; a change is sent once.</summary>
    private static async Task<string> SettledAsync(HttpClient http, RecordedStep step, TimeSpan patience)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var difference = await DifferenceAsync(http, step);
            if (difference.Length == 0 || step.Method != "GET" || TimeProvider.System.GetElapsedTime(began) > patience) return difference;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> DifferenceAsync(HttpClient http, RecordedStep step)
    {
        using var request = new HttpRequestMessage(new HttpMethod(step.Method), step.Path);
        request.Headers.Accept.ParseAdd(step.Accept ?? "application/json");
        request.Headers.UserAgent.ParseAdd("recorder/1.0");
        if (step.Body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(step.Body.ToJsonString()));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", step.Type);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var ours = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if ((int)response.StatusCode != step.Status) return $"status {(int)response.StatusCode}, recorded {step.Status}: {ours?.ToJsonString()}";
        var isChange = step.Method != "GET";
        var (left, right) = (ControllerStoryText.Normalize(step.Answer, isChange), ControllerStoryText.Normalize(ours, isChange));
        return JsonNode.DeepEquals(left, right) ? "" : $"\nrecorded {left?.ToJsonString()}\nours     {right?.ToJsonString()}";
    }
}
