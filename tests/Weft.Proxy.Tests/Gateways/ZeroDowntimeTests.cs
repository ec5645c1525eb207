using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;
using Weft.Xds;

namespace Weft.Proxy.Gateways;

public sealed class ZeroDowntimeTests
{
    private const int Changes = 30;
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_of_listeners_routes_and_clusters_under_load_lose_no_request()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh, g => g.Listener(8080, TestGateway.Http("http.8080")).Listener(31400, TestGateway.Tcp(TestGateway.Beta)).Routes("http.8080", TestGateway.Beta), Cancel);
        using var client = gateway.Client(8080);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var load = Enumerable.Range(0, 4).Select(worker => Task.Run(() => LoadAsync(client, stop.Token), Cancel)).ToList();
        for (var change = 0; change < Changes; change++)
        {
            await Task.Delay(BetweenChanges, TimeProvider.System, Cancel);
            Change(gateway, change);
        }

        await stop.CancelAsync();
        var results = await Task.WhenAll(load);

        Assert.Empty(results.SelectMany(result => result.Failures));
        Assert.All(results, result => Assert.InRange(result.Answers, 10, int.MaxValue));
        Assert.InRange(mesh.Control.Requests.Count(request => request.TypeUrl == TypeUrls.Listener && request.VersionInfo.Length > 0), 10, int.MaxValue);
    }

    private static void Change(TestGateway gateway, int change)
    {
        var version = change.ToString(System.Globalization.CultureInfo.InvariantCulture);
        switch (change % 3)
        {
            case 0:
                var listener = ((Listener)gateway.Resources.ByType[TypeUrls.Listener]["0.0.0.0_8080"]).Clone();
                listener.FilterChains[0].Name = version;
                gateway.Resources.ByType[TypeUrls.Listener][listener.Name] = listener;
                break;
            case 1:
                var routes = ((RouteConfiguration)gateway.Resources.ByType[TypeUrls.Route]["http.8080"]).Clone();
                routes.VirtualHosts[0].Routes[0].Name = version;
                gateway.Resources.ByType[TypeUrls.Route][routes.Name] = routes;
                break;
            default:
                var cluster = ((Cluster)gateway.Resources.ByType[TypeUrls.Cluster][TestGateway.Beta]).Clone();
                // Every other change makes new transport sockets, and so new connections.
                cluster.ConnectTimeout = new Duration { Seconds = 5 + change };
                cluster.LbPolicy = change % 2 == 0 ? Cluster.Types.LbPolicy.RoundRobin : Cluster.Types.LbPolicy.RingHash;
                gateway.Resources.ByType[TypeUrls.Cluster][cluster.Name] = cluster;
                break;
        }

        gateway.Publish();
    }

    private static async Task<(int Answers, List<string> Failures)> LoadAsync(HttpClient client, CancellationToken stop)
    {
        var (answers, failures) = (0, new List<string>());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await client.GetAsync("http://app.example.com/", Cancel);
                if (answer.IsSuccessStatusCode)
                {
                    answers++;
                }
                else
                {
                    failures.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
                }
            }
            catch (HttpRequestException error)
            {
                failures.Add(error.ToString());
            }
        }

        return (answers, failures);
    }
}
