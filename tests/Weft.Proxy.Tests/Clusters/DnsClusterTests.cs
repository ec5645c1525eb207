using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Istio.Networking.Nds.V1;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Listeners;
using Weft.Proxy.LoadBalancing;
using Weft.Proxy.Mesh;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Clusters;

public sealed class DnsClusterTests
{
    private const string BetaCluster = "outbound|8000||beta.demo.svc.cluster.local";
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_address_of_a_name_is_an_endpoint()
    {
        await using var mesh = await StartAsync("STRICT_DNS");
        await mesh.ServeHttpAsync(mesh.AlphaApp, 8080, context => context.Response.WriteAsync("alpha"));
        var client = mesh.Client();

        var answers = new HashSet<string>();
        await TestMesh.UntilAsync(async () => answers.Add(await client.GetStringAsync("http://beta.demo:8000/", Cancel)) && answers.Count == 2, Cancel);

        Assert.Equal(["alpha", "beta"], answers.Order());
        using var admin = new HttpClient();
        var clusters = JsonNode.Parse(await admin.GetStringAsync($"http://{mesh.AlphaAddress}:15000/clusters?format=json", Cancel))!["cluster_statuses"]!.AsArray();
        var hosts = clusters.First(cluster => cluster!["name"]!.GetValue<string>() == BetaCluster)!["host_statuses"]!.AsArray();
        Assert.Equal(2, hosts.Count);
        Assert.All(hosts, host => Assert.Equal(TestMesh.OutsideHost, host!["hostname"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_logical_host_is_the_first_address_alone()
    {
        await using var mesh = await StartAsync("LOGICAL_DNS");
        await mesh.ServeHttpAsync(mesh.AlphaApp, 8080, context => context.Response.WriteAsync("alpha"));
        var client = mesh.Client();

        for (var call = 0; call < 10; call++)
        {
            Assert.Equal("alpha", await client.GetStringAsync("http://beta.demo:8000/", Cancel));
        }
    }

    [Fact]
    public async Task A_name_that_nobody_knows_gives_no_endpoint_and_does_not_hold_up_the_proxy()
    {
        await using var mesh = await StartAsync("STRICT_DNS", "unknown.invalid");

        using var answer = await mesh.Client().GetAsync("http://beta.demo:8000/", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("no healthy upstream", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Names_are_resolved_again_and_known_addresses_outlive_a_failure()
    {
        var (time, config) = (new TestTime(), new ConfigSource());
        var changes = new SemaphoreSlim(0);
        await using var watcher = new DnsWatcher(new NameResolver(TestNode(), config, ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty), time, () =>
        {
            changes.Release();
            return Task.CompletedTask;
        });
        await Publish(config, "10.0.0.1");

        watcher.Follow([new DnsQuery("db.demo.svc.cluster.local", Refresh, Refresh)]);
        await changes.WaitAsync(Cancel);
        Assert.Equal([IPAddress.Parse("10.0.0.1")], watcher.AddressesOf("db.demo.svc.cluster.local")!.Value);

        await Publish(config, "10.0.0.2");
        await TestMesh.UntilAsync(
            () =>
            {
                time.Advance(Refresh * 2);
                return changes.CurrentCount > 0;
            },
            Cancel);
        Assert.Equal([IPAddress.Parse("10.0.0.2")], watcher.AddressesOf("db.demo.svc.cluster.local")!.Value);

        watcher.Follow([]);
        Assert.Null(watcher.AddressesOf("db.demo.svc.cluster.local"));
    }

    [Fact]
    public async Task Row_151_a_name_that_leads_elsewhere_takes_the_traffic_along()
    {
        const string host = "moving.demo.svc.cluster.local";
        await using var mesh = await StartAsync("STRICT_DNS", host, "0.2s");
        await mesh.ServeHttpAsync(mesh.AlphaApp, 8080, context => context.Response.WriteAsync("alpha"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await mesh.Client().GetAsync("http://beta.demo:8000/", Cancel)).StatusCode);

        // The clusters stay as they were sent: what the name says alone changes.
        foreach (var (address, answer) in new[] { (mesh.BetaApp, "beta"), (mesh.AlphaApp, "alpha") })
        {
            mesh.Publish((kind, resources) =>
            {
                Change(kind, resources, "STRICT_DNS", host, "0.2s");
                if (kind == "names")
                {
                    resources.Add(IstioResources.Name("moving", address));
                }
            });
            await TestMesh.UntilAsync(async () => (await mesh.Client().GetAsync("http://beta.demo:8000/", Cancel)) is { IsSuccessStatusCode: true } found && await found.Content.ReadAsStringAsync(Cancel) == answer, Cancel);
        }
    }

    private static Task Publish(ConfigSource config, string address)
    {
        var names = new NameTable();
        names.Table["db.demo.svc.cluster.local"] = new NameTable.Types.NameInfo { Ips = { address }, Registry = "Kubernetes" };
        return config.PublishAsync(ProxyConfig.Empty with { Names = NameTableModel.Compile(names) });
    }

    private static LocalNode TestNode() => new(new ProxyBootstrap
    {
        NodeId = "sidecar~10.0.0.9~a.demo~demo.svc.cluster.local",
        NodeCluster = "a.demo",
        Metadata = [],
        InstanceAddress = IPAddress.Loopback,
        ApplicationAddress = IPAddress.Loopback,
        DiscoveryAddress = new Uri("http://127.0.0.1:1"),
        LogSink = _ => { },
    });

    private static Task<TestMesh> StartAsync(string type, string host = TestMesh.OutsideHost, string refresh = "60s") =>
        TestMesh.StartAsync(context => context.Response.WriteAsync("beta"), Cancel, (kind, resources) => Change(kind, resources, type, host, refresh));

    /// <summary>Makes the cluster of beta one of a name.</summary>
    private static void Change(string kind, JsonArray resources, string type, string host, string refresh)
    {
        if (kind != "clusters")
        {
            return;
        }

        var cluster = resources.First(cluster => cluster!["name"]!.GetValue<string>() == BetaCluster)!.AsObject();
        cluster["type"] = type;
        cluster.Remove("edsClusterConfig");
        cluster.Remove("transportSocketMatches");
        cluster["dnsRefreshRate"] = refresh;
        cluster["dnsFailureRefreshRate"] = new JsonObject { ["baseInterval"] = refresh, ["maxInterval"] = refresh };
        cluster["loadAssignment"] = new JsonObject
        {
            ["clusterName"] = BetaCluster,
            ["endpoints"] = new JsonArray(JsonNode.Parse("""{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":"HOST","portValue":8080}}},"loadBalancingWeight":1}]}""".Replace("HOST", host))),
        };
    }
}
