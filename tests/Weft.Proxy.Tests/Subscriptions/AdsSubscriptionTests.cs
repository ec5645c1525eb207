using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;
using Weft.Xds;

namespace Weft.Proxy.Subscriptions;

public sealed class AdsSubscriptionTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bad_resource_is_refused_by_name_and_the_last_good_configuration_serves_on()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);

        mesh.Publish((kind, resources) =>
        {
            if (kind == "clusters")
            {
                resources.First(cluster => cluster!["name"]!.GetValue<string>().Contains("beta"))!["lbPolicy"] = "LOAD_BALANCING_POLICY_CONFIG";
            }
        });

        await TestMesh.UntilAsync(() => mesh.Control.Requests.Any(request => request.ErrorDetail is not null), Cancel);
        var refusal = mesh.Control.Requests.First(request => request.ErrorDetail is not null);
        Assert.Equal(TypeUrls.Cluster, refusal.TypeUrl);
        Assert.Contains("outbound|8000||beta.demo.svc.cluster.local", refusal.ErrorDetail.Message);
        Assert.Equal("v1", refusal.VersionInfo);
        Assert.Equal("fine", await mesh.Client().GetStringAsync(Beta, Cancel));
    }

    [Fact]
    public async Task Only_the_first_request_of_a_stream_names_the_node_and_every_response_is_acknowledged()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);

        await TestMesh.UntilAsync(() => mesh.Control.Requests.Any(request => request.TypeUrl == TypeUrls.Route && request.VersionInfo == "v1"), Cancel);
        Assert.Equal(2, mesh.Control.Requests.Count(request => request.Node is not null));
        Assert.All(mesh.Control.Requests.Where(request => request.VersionInfo.Length > 0), request => Assert.NotEqual("", request.ResponseNonce));
        Assert.Contains(mesh.Control.Requests, request => request.TypeUrl == TypeUrls.Endpoint && request.ResourceNames.Contains(IstioResources.DbCluster));
    }

    [Fact]
    public async Task A_listener_waits_for_its_routes_and_a_cluster_for_its_endpoints()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        const string Name = "outbound|8000||gamma.demo.svc.cluster.local";

        mesh.Publish((kind, resources) =>
        {
            if (kind == "clusters")
            {
                resources.Add(JsonNode.Parse(resources.First(cluster => cluster!["name"]!.GetValue<string>().Contains("|beta"))!.ToJsonString().Replace("beta.demo", "gamma.demo")));
            }
        });

        await TestMesh.UntilAsync(() => mesh.Control.Requests.Any(request => request.ResourceNames.Contains(Name)), Cancel);
        Assert.DoesNotContain(Name, await AdminAsync(mesh, "clusters"));
        mesh.Publish((kind, resources) =>
        {
            if (kind is "clusters" or "endpoints")
            {
                var key = kind == "clusters" ? "name" : "clusterName";
                resources.Add(JsonNode.Parse(resources.First(entry => entry![key]!.GetValue<string>().Contains("|beta"))!.ToJsonString().Replace("beta.demo", "gamma.demo")));
            }
        });
        await TestMesh.UntilAsync(async () => (await AdminAsync(mesh, "clusters")).Contains(Name), Cancel);
    }

    [Fact]
    public async Task The_configuration_outlives_the_control_plane()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        await mesh.Control.DisposeAsync();

        Assert.Equal("fine", await mesh.Client().GetStringAsync(Beta, Cancel));
        Assert.True(mesh.Alpha.IsReady);
    }

    [Fact]
    public async Task Istioctl_can_read_the_dumps()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        await mesh.Client().GetStringAsync(Beta, Cancel);

        var dump = JsonNode.Parse(await AdminAsync(mesh, "config_dump?include_eds"))!["configs"]!.AsArray();
        Assert.Equal(
            ["BootstrapConfigDump", "ClustersConfigDump", "EndpointsConfigDump", "ListenersConfigDump", "RoutesConfigDump", "SecretsConfigDump"],
            dump.Select(section => section!["@type"]!.GetValue<string>().Split('.')[^1]));
        Assert.DoesNotContain("PRIVATE KEY", dump.ToJsonString());
        var clusters = JsonNode.Parse(await AdminAsync(mesh, "clusters?format=json"))!["cluster_statuses"]!.AsArray();
        Assert.Contains(clusters, cluster => cluster!["name"]!.GetValue<string>() == "outbound|8000||beta.demo.svc.cluster.local");
        Assert.Contains("rq_success::1", await AdminAsync(mesh, "clusters"));
        Assert.Contains("virtualInbound", await AdminAsync(mesh, "listeners?format=json"));
        Assert.Contains("LIVE", await AdminAsync(mesh, "server_info"));
        Assert.Contains("spiffe://cluster.local/ns/demo/sa/alpha", await AdminAsync(mesh, "certs"));
        Assert.Equal("LIVE\n", await AdminAsync(mesh, "ready"));
        Assert.Contains("istio_build{component=\"proxy\",tag=\"1.30.1\"} 1", await AdminAsync(mesh, "stats/prometheus"));
    }

    [Fact]
    public async Task Routes_are_dumped_as_long_as_a_listener_refers_to_them()
    {
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel);
        Assert.Contains("8000", await RouteNamesAsync(mesh));

        mesh.Publish((kind, resources) =>
        {
            if (kind == "listeners")
            {
                resources.Remove(resources.Single(listener => listener!["name"]!.GetValue<string>() == "0.0.0.0_8000"));
            }
        });

        await TestMesh.UntilAsync(async () => !(await RouteNamesAsync(mesh)).Contains("8000"), Cancel);
    }

    private static async Task<string[]> RouteNamesAsync(TestMesh mesh)
    {
        var sections = JsonNode.Parse(await AdminAsync(mesh, "config_dump"))!["configs"]!.AsArray();
        var routes = sections.Single(section => section!["@type"]!.GetValue<string>().EndsWith(".RoutesConfigDump", StringComparison.Ordinal))!["dynamic_route_configs"];
        return [.. (routes?.AsArray() ?? []).Select(route => route!["route_config"]!["name"]!.GetValue<string>())];
    }

    private static async Task<string> AdminAsync(TestMesh mesh, string page)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync($"http://{mesh.AlphaAddress}:15000/{page}", Cancel);
    }
}
