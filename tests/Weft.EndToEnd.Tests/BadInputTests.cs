using System.Diagnostics;
using System.Net;
using System.Text;

namespace Weft.EndToEnd;

/// <summary>What a careless or hostile user sends gets an answer, and the mesh goes on.</summary>
[Collection(TravelsCollection.Name)]
public sealed class BadInputTests(TravelsMesh mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kind: [unclosed")]
    [InlineData("just some words")]
    [InlineData("apiVersion: v1\nkind: Nonsense\nmetadata: {name: x}")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: {b: c}}")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replica: 3, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}")]
    public async Task Wrong_yaml_is_refused_with_a_reason(string yaml)
    {
        var answer = await Shell.KubectlWithInputAsync(mesh.Weft, yaml, Cancellation, "apply", "-f", "-");

        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith("error", answer.Error, StringComparison.OrdinalIgnoreCase);
        await StillServesAsync();
    }

    [Fact]
    public async Task An_object_that_is_too_large_is_refused()
    {
        var yaml = $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata: {{big: \"{new string('x', 4 << 20)}\"}}";

        var answer = await Shell.KubectlWithInputAsync(mesh.Weft, yaml, Cancellation, "create", "-f", "-");

        Assert.Equal(1, answer.ExitCode);
        await StillServesAsync();
    }

    [Fact]
    public async Task A_body_of_100_megabytes_through_two_sidecars_is_answered()
    {
        var address = await PodAddressAsync("travel-agency", "app=travels");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{address}:8000/travels")) { Content = new ByteArrayContent(new byte[100 << 20]) };
        request.Headers.ExpectContinue = true;

        using var answer = await http.SendAsync(request, Cancellation);

        // The demo routes GET only, and says so before it has read the body.
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        await StillServesAsync();
    }

    [Fact]
    public async Task A_body_of_100_megabytes_for_the_api_server_is_refused()
    {
        var file = Path.Combine(mesh.Weft.State, "huge.yaml");
        await File.WriteAllBytesAsync(file, Encoding.ASCII.GetBytes("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: huge}\ndata: {huge: \"" + new string('x', 100 << 20) + "\"}"), Cancellation);

        var answer = await Shell.KubectlAsync(mesh.Weft, Cancellation, "create", "-f", file);
        File.Delete(file);

        Assert.Equal(1, answer.ExitCode);
        await StillServesAsync();
    }

    [Fact]
    public async Task Invalid_utf8_is_refused()
    {
        var file = Path.Combine(mesh.Weft.State, "broken.json");
        await File.WriteAllBytesAsync(file, [.. "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"broken\"},\"data\":{\"a\":\""u8, 0xff, 0xfe, 0x80, .. "\"}}"u8], Cancellation);

        var answer = await Shell.KubectlAsync(mesh.Weft, Cancellation, "replace", "--raw", "/api/v1/namespaces/default/configmaps/broken", "-f", file);

        Assert.Equal(1, answer.ExitCode);
        await StillServesAsync();
    }

    [Fact]
    public async Task A_kubectl_interrupted_in_a_watch_leaves_no_trace()
    {
        using var watch = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", mesh.Weft.Kubeconfig, "get", "pods", "-A", "-w"]) { RedirectStandardOutput = true })!;
        await watch.StandardOutput.ReadLineAsync(Cancellation);
        watch.Kill();
        await watch.WaitForExitAsync(Cancellation);

        await StillServesAsync();
        Assert.DoesNotContain("fail:", mesh.Weft.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("namespaces=nowhere", HttpStatusCode.Forbidden)]
    [InlineData("namespaces=travel-agency&graphType=cake", HttpStatusCode.BadRequest)]
    [InlineData("namespaces=travel-agency&duration=%FF%FE", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task A_wrong_graph_request_is_answered_with_an_error(string query, HttpStatusCode status)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(mesh.Weft.Console, "api/namespaces/graph?" + query), Cancellation);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("\"error\"", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private async Task StillServesAsync() => (await Shell.KubectlAsync(mesh.Weft, Cancellation, "get", "namespaces")).Succeeded();

    private async Task<string> PodAddressAsync(string @namespace, string selector) =>
        (await Shell.KubectlAsync(mesh.Weft, Cancellation, "get", "pod", "-n", @namespace, "-l", selector, "-o", "jsonpath={.items[0].status.podIP}")).Succeeded();
}
