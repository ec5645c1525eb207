using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Proxies;

/// <summary>Over loopback, at an address that only these tests use.</summary>
public sealed class PodHttpTests
{
    private const string Address = "127.83.19.7";

    [Fact]
    public async Task The_proxy_is_asked_at_its_pods_address()
    {
        using var proxy = new TcpListener(IPAddress.Parse(Address), 15000);
        proxy.Start();
        var asked = AnswerAsync(proxy, "HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\n{\"configs\":[]}");
        var dump = await PodHttp.AtPodAddresses().GetAsync(PodAt(Address), IPodHttp.ProxyAdminPort, "/config_dump", TestContext.Current.CancellationToken);
        Assert.StartsWith("GET /config_dump HTTP/1.1", await asked, StringComparison.Ordinal);
        Assert.Empty(ConfigDump.Read(dump).Clusters);
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_named()
    {
        var failure = await Assert.ThrowsAsync<PodHttpException>(() => PodHttp.AtPodAddresses().GetAsync(PodAt("127.83.19.8"), IPodHttp.ProxyAdminPort, "/config_dump", TestContext.Current.CancellationToken));
        Assert.Contains("shop/cart-1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not an address")]
    public async Task A_pod_without_an_address_has_no_proxy(string? address) =>
        await Assert.ThrowsAsync<PodHttpException>(() => PodHttp.AtPodAddresses().PostAsync(PodAt(address), IPodHttp.ProxyAdminPort, "/logging?level=debug", TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{\"configs\":{}}")]
    public void What_is_no_dump_is_refused(string text) => Assert.Throws<PodHttpException>(() => ConfigDump.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_dump_of_odd_shapes_gives_rows_all_the_same()
    {
        var dump = ConfigDump.Read("""
            {"configs":[null, 7, {"@type":"x"},
              {"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","dynamic_active_clusters":[null,{"cluster":{"name":"a|b|c|d"}},{"cluster":{}}]},
              {"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump","static_listeners":[{"listener":{"filter_chains":[{"filters":[{}]},{}]}}]},
              {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump","static_route_configs":[{"route_config":{"virtual_hosts":[{"domains":["10.0.0.1"],"routes":[{"match":{}}]}]}}]}]}
            """u8);
        Assert.Equal(2, ClusterSummary.Of(dump).Count());
        Assert.Equal(2, ListenerSummary.Of(dump).Count());
        Assert.Equal("*", Assert.Single(RouteSummary.Of(dump)).Match);
    }

    private static Pod PodAt(string? address) => new() { Metadata = new ObjectMeta { Name = "cart-1", Namespace = "shop" }, Status = new PodStatus { PodIP = address } };

    private static async Task<string> AnswerAsync(TcpListener listener, string answer)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        var length = await connection.GetStream().ReadAsync(buffer);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
