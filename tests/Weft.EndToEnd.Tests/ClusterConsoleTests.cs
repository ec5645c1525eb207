using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Weft.EndToEnd;

/// <summary>
/// <c>weft console</c> with a mesh that is foreign to it: it has a kubeconfig and reaches proxies, the control plane and the stores through the API server only.
/// What it answers is what the mesh's own console answers.
/// </summary>
[Collection(TravelsCollection.Name)]
public sealed class ClusterConsoleTests(TravelsMesh mesh)
{
    private const string Port = "21950";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_is_that_of_the_meshs_own_console()
    {
        await Eventually.Async(HasTrafficAsync, has => has, Cancellation);
        await using var console = await mesh.Weft.StartConsoleAsync(Cancellation, "--port", Port, "--jaeger", "tracing.istio-system:80/jaeger");
        using var http = new HttpClient();
        var pod = (await Shell.KubectlAsync(mesh.Weft, Cancellation, "get", "pods", "-n", "travel-agency", "-l", "app=travels", "-o", "jsonpath={.items[0].metadata.name}")).Succeeded();
        var at = TimeProvider.System.GetUtcNow().AddSeconds(-10).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        foreach (var page in new[]
        {
            "/api/status", "/api/config", "/api/istio/status", "/api/istio/certs", "/api/namespaces", "/api/mesh/tls", "/api/mesh/controlplanes", "/api/mesh/graph", "/api/istio/config", "/api/config/disabled",
            $"/api/clusters/workloads?queryTime={at}", $"/api/clusters/services?queryTime={at}", $"/api/clusters/apps?queryTime={at}", $"/api/clusters/health?type=app&queryTime={at}",
            $"/api/namespaces/graph?namespaces=travel-agency,travel-portal,travel-control&queryTime={at}&duration=60s", $"/api/namespaces/travel-agency/workloads/travels-v1?queryTime={at}",
            $"/api/namespaces/travel-agency/services/travels?queryTime={at}", $"/api/namespaces/travel-agency/workloads/travels-v1/dashboard?queryTime={at}&duration=60&direction=inbound",
            $"/api/namespaces/travel-agency/pods/{pod}", $"/api/namespaces/travel-agency/pods/{pod}/config_dump", $"/api/namespaces/travel-agency/pods/{pod}/config_dump/clusters",
            $"/api/namespaces/travel-agency/apps/travels/traces?startMicros={at}000000&endMicros={at}500000&limit=5",
        })
        {
            // Pods come and go between the two answers while the demo starts.
            await Eventually.Async(
                async () => (Page: page, Own: await ReadAsync(http, mesh.Weft.Console, page), Foreign: await ReadAsync(http, console.Console, page)),
                answers => JsonNode.DeepEquals(answers.Own, answers.Foreign),
                Cancellation);
        }

        using var level = await http.PostAsync(new Uri(console.Console, $"/api/namespaces/travel-agency/pods/{pod}/logging?level=debug"), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, level.StatusCode);
        var logs = await ReadAsync(http, console.Console, $"/api/namespaces/travel-agency/pods/{pod}/logs?container=istio-proxy&tailLines=3");
        Assert.NotEmpty(logs["entries"]!.AsArray());
        Assert.Equal("Synced", (await ReadAsync(http, console.Console, $"/api/namespaces/travel-agency/pods/{pod}"))["proxyStatus"]!["cds"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_cluster_is_called_what_istiod_calls_it()
    {
        const string East = """
            {"apiVersion":"v1","kind":"List","items":[
              {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"istio-east"}},
              {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"istiod","namespace":"istio-east","labels":{"app":"istiod"}},
               "spec":{"replicas":0,"selector":{"matchLabels":{"app":"istiod"}},"template":{"metadata":{"labels":{"app":"istiod"}},
                "spec":{"containers":[{"name":"discovery","image":"istio/pilot","env":[{"name":"CLUSTER_ID","value":"east"}]}]}}}}]}
            """;
        (await Shell.KubectlWithInputAsync(mesh.Weft, East, Cancellation, "apply", "-f", "-")).Succeeded();
        try
        {
            await using var console = await mesh.Weft.StartConsoleAsync(Cancellation, "--port", Port, "--istio-namespace", "istio-east");
            using var http = new HttpClient();
            var namespaces = await Eventually.Async(() => ReadAsync(http, console.Console, "/api/namespaces"), found => found is JsonArray { Count: > 0 }, Cancellation);
            Assert.All(namespaces.AsArray(), each => Assert.Equal("east", each!["cluster"]!.GetValue<string>()));
        }
        finally
        {
            (await Shell.KubectlAsync(mesh.Weft, Cancellation, "delete", "namespace", "istio-east")).Succeeded();
        }
    }

    [Fact]
    public async Task Tokens_of_the_cluster_open_a_console_with_a_login()
    {
        await using var console = await mesh.Weft.StartConsoleAsync(Cancellation, "--port", Port, "--auth", "token");
        using var http = new HttpClient { BaseAddress = console.Console };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/namespaces", Cancellation)).StatusCode);
        // The browser console is there for everybody: it is what shows the form.
        Assert.Contains("<div id=\"root\"", await http.GetStringAsync("/console/overview", Cancellation), StringComparison.Ordinal);
        Assert.Equal("", JsonNode.Parse(await http.GetStringAsync("/api/auth/info", Cancellation))!["sessionInfo"]!["username"]?.GetValue<string>() ?? "");
        var token = (await Shell.KubectlAsync(mesh.Weft, Cancellation, "create", "token", "istiod", "-n", "istio-system")).Succeeded().Trim();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]);
        using var login = await http.PostAsync("/api/authenticate", form, Cancellation);
        Assert.Equal("system:serviceaccount:istio-system:istiod", JsonNode.Parse(await login.Content.ReadAsStringAsync(Cancellation))!["username"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/namespaces", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_configuration_file_of_Kiali_is_followed()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "config.yaml");
        await File.WriteAllTextAsync(
            file,
            """
            installation_tag: Weft in the East
            external_services:
              grafana: {enabled: true, external_url: http://127.0.0.1:3000, dashboards: [{name: Istio Mesh Dashboard}]}
            kiali_feature_flags:
              disabled_features: [logs-tab]
              ui_defaults: {refresh_interval: 30s}
            """,
            Cancellation);
        await using var console = await mesh.Weft.StartConsoleAsync(Cancellation, "--port", Port, "--config", file);
        using var http = new HttpClient();

        var config = await ReadAsync(http, console.Console, "/api/config");
        var own = await ReadAsync(http, mesh.Weft.Console, "/api/config");

        Assert.Equal("Weft in the East", config["installationTag"]!.GetValue<string>());
        Assert.Equal("30s", config["kialiFeatureFlags"]!["uiDefaults"]!["refreshInterval"]!.GetValue<string>());
        Assert.Equal("10s", own["kialiFeatureFlags"]!["uiDefaults"]!["refreshInterval"]!.GetValue<string>());
        Assert.Equal("logs-tab", config["kialiFeatureFlags"]!["disabledFeatures"]![0]!.GetValue<string>());

        await File.WriteAllTextAsync(file, "health_config: {rate: [{tolerance: [{code: '5XX', degraded: many}]}]}", Cancellation);
        var (exitCode, output) = await WeftProcess.FailAsync(["console", "--kubeconfig", mesh.Weft.Kubeconfig, "--config", file], Cancellation);
        Assert.Contains("health_config.rate[0].tolerance[0].degraded", output, StringComparison.Ordinal);
        Assert.Equal(64, exitCode);
    }

    [Theory]
    [InlineData(64, "--prometheus: 'nowhere' is neither a URL", "--prometheus", "nowhere")]
    [InlineData(64, "--listen: 'here' is no address", "--listen", "here")]
    [InlineData(64, "name one of them", "--jaeger", "http://127.0.0.1:1", "--tempo", "http://127.0.0.1:2")]
    [InlineData(64, "contexts has no \"other\"", "--context", "other")]
    [InlineData(69, "choose another port", "--port", "21001")]
    public async Task What_cannot_work_is_said_at_once(int code, string message, params string[] arguments)
    {
        var (exitCode, output) = await WeftProcess.FailAsync(["console", "--kubeconfig", mesh.Weft.Kubeconfig, .. arguments], Cancellation);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.Equal(code, exitCode);
    }

    [Fact]
    public async Task A_cluster_that_is_away_is_named()
    {
        using var folder = new TemporaryFolder();
        var kubeconfig = Path.Combine(folder.Path, "config");
        await File.WriteAllTextAsync(
            kubeconfig,
            "current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]\n",
            Encoding.UTF8,
            Cancellation);
        var (exitCode, output) = await WeftProcess.FailAsync(["console", "--kubeconfig", kubeconfig], Cancellation);
        Assert.Contains("http://127.0.0.1:9 cannot be reached", output, StringComparison.Ordinal);
        Assert.Equal(69, exitCode);
    }

    private async Task<bool> HasTrafficAsync()
    {
        using var http = new HttpClient();
        return (await ReadAsync(http, mesh.Weft.Console, "/api/namespaces/graph?namespaces=travel-agency&duration=60s"))["elements"]!["edges"]!.AsArray().Count > 0;
    }

    private static async Task<JsonNode> ReadAsync(HttpClient http, Uri console, string page)
    {
        var answer = JsonNode.Parse(await http.GetStringAsync(new Uri(console, page), Cancellation))!;
        if (answer is JsonObject timed)
        {
            // When it was asked.
            timed.Remove("timestamp");
        }

        return answer;
    }
}
