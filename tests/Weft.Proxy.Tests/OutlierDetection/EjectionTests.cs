using System.Net;
using System.Text.Json.Nodes;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.OutlierDetection;

public sealed class EjectionTests
{
    private const string BetaCluster = "outbound|8000||beta.demo.svc.cluster.local";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_fails_is_ejected_shown_and_no_longer_called()
    {
        var served = 0;
        await using var mesh = await TestMesh.StartAsync(
            context =>
            {
                Interlocked.Increment(ref served);
                context.Response.StatusCode = 500;
                return Task.CompletedTask;
            },
            Cancel,
            (kind, resources) =>
            {
                if (kind == "clusters")
                {
                    var cluster = resources.First(cluster => cluster!["name"]!.GetValue<string>() == BetaCluster)!;
                    cluster["outlierDetection"] = JsonNode.Parse("""{"consecutive5xx":3,"enforcingSuccessRate":0,"maxEjectionPercent":100,"interval":"300s","baseEjectionTime":"900s"}""");
                    cluster["commonLbConfig"] = JsonNode.Parse("""{"healthyPanicThreshold":{}}""");
                }
            });
        var client = mesh.Client();

        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("http://beta.demo:8000/", Cancel)).StatusCode);
        }

        using var refused = await client.GetAsync("http://beta.demo:8000/", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("no healthy upstream", await refused.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(3, served);

        using var admin = new HttpClient();
        var clusters = JsonNode.Parse(await admin.GetStringAsync($"http://{mesh.AlphaAddress}:15000/clusters?format=json", Cancel))!["cluster_statuses"]!.AsArray();
        var host = clusters.First(cluster => cluster!["name"]!.GetValue<string>() == BetaCluster)!["host_statuses"]![0]!;
        Assert.True(host["health_status"]!["failed_outlier_check"]!.GetValue<bool>());
        Assert.Contains($"{BetaCluster}::{mesh.BetaAddress}:8080::health_flags::/failed_outlier_check", await admin.GetStringAsync($"http://{mesh.AlphaAddress}:15000/clusters", Cancel));
        Assert.Contains($"cluster.{BetaCluster}.outlier_detection.ejections_active: 1", await admin.GetStringAsync($"http://{mesh.AlphaAddress}:15000/stats", Cancel));
    }
}
