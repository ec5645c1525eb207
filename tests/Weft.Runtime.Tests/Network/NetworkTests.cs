using System.Net;
using System.Net.Sockets;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Network;

public sealed class NetworkTests
{
    private static readonly NetworkBlock Block = new(77);

    [Fact]
    public void Each_holder_has_an_address_of_its_own_and_gets_its_former_one_back()
    {
        var addresses = new PodAddresses(Block);
        var first = addresses.Acquire("a", null);
        Assert.Equal("127.77.0.2", first.ToString());
        Assert.NotEqual(first, addresses.Acquire("b", first));
        Assert.Equal(first, addresses.Acquire("a", first));
        addresses.Release("a", first);
        Assert.NotEqual(first, addresses.Acquire("c", null));
        Assert.Equal(first, addresses.Acquire("d", first));
    }

    [Fact]
    public void Addresses_go_round_the_block_and_run_out_with_an_error()
    {
        var addresses = new PodAddresses(Block);
        var all = Enumerable.Range(0, NetworkBlock.PodCapacity).Select(i => addresses.Acquire($"{i}", null)).ToHashSet();
        Assert.Equal(NetworkBlock.PodCapacity, all.Count);
        Assert.DoesNotContain(Block.NodeAddress, all);
        Assert.Throws<InvalidOperationException>(() => addresses.Acquire("one more", null));
        addresses.Release("5", all.ElementAt(5));
        Assert.Equal(all.ElementAt(5), addresses.Acquire("one more", null));
    }

    [Fact]
    public void The_application_behind_a_sidecar_listens_64_higher_in_the_third_octet() =>
        Assert.Equal("127.77.65.3", NetworkBlock.ApplicationAddress(IPAddress.Parse("127.77.1.3")).ToString());

    [Theory]
    [InlineData("web", "shop/web")]
    [InlineData("web.shop", "shop/web")]
    [InlineData("web.shop.svc", "shop/web")]
    [InlineData("web.shop.svc.cluster.local", "shop/web")]
    [InlineData("db-0.db.data.svc.cluster.local", "data/db#db-0")]
    [InlineData("db-0.db.data", "data/db#db-0")]
    [InlineData("pod.web", "shop/web#pod")]
    [InlineData("web.nowhere", null)]
    [InlineData("example.com", null)]
    public void Names_are_read_as_the_pod_would_write_them(string host, string? wanted)
    {
        NamespacedName[] services = [new("shop", "web"), new("data", "db")];
        var found = ServiceName.Find(host, "shop", "cluster.local", services.Contains);
        Assert.Equal(wanted, found is { } name ? name.Service + (name.Hostname is null ? "" : "#" + name.Hostname) : null);
    }

    [Fact]
    public async Task A_sidecar_is_asked_by_socks_with_the_name_unresolved()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dial = new SidecarDialer((IPEndPoint)listener.LocalEndpoint, IPAddress.Parse("127.0.0.9"), TimeProvider.System)
            .DialAsync("cars.travel-agency", 8000, TestContext.Current.CancellationToken);
        using var proxy = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        Assert.Equal("127.0.0.9", ((IPEndPoint)proxy.Client.RemoteEndPoint!).Address.ToString());
        var stream = proxy.GetStream();
        var greeting = new byte[3];
        await stream.ReadExactlyAsync(greeting, TestContext.Current.CancellationToken);
        Assert.Equal<byte>([5, 1, 0], greeting);
        await stream.WriteAsync(new byte[] { 5, 0 }, TestContext.Current.CancellationToken);
        var request = new byte[4 + 1 + 18 + 2];
        await stream.ReadExactlyAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal<byte>([5, 1, 0, 3, 18, .. "cars.travel-agency"u8, 0x1f, 0x40], request);
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, TestContext.Current.CancellationToken);
        await using var dialed = await dial;
        await stream.WriteAsync("hi"u8.ToArray(), TestContext.Current.CancellationToken);
        var answer = new byte[2];
        await dialed.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal("hi"u8.ToArray(), answer);
    }

    [Fact]
    public async Task The_first_connections_wait_for_a_sidecar_that_does_not_listen_yet_and_later_ones_are_refused()
    {
        var sidecar = new TcpListener(IPAddress.Loopback, 0);
        sidecar.Start();
        var address = (IPEndPoint)sidecar.LocalEndpoint;
        sidecar.Stop();
        var dialer = new SidecarDialer(address, IPAddress.Loopback, TimeProvider.System);

        var early = dialer.DialAsync("cars", 8000, TestContext.Current.CancellationToken);
        Assert.False(early.IsCompleted);
        using (var listener = new TcpListener(address))
        {
            listener.Start();
            using var accepted = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await accepted.GetStream().WriteAsync(new byte[] { 5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, TestContext.Current.CancellationToken);
            await (await early).DisposeAsync();
        }

        var late = await Assert.ThrowsAsync<SocketException>(() => dialer.DialAsync("cars", 8000, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionRefused, late.SocketErrorCode);
    }

    [Theory]
    [InlineData(4, typeof(HostUnknownException), "The sidecar knows no host nobody.")]
    [InlineData(5, typeof(IOException), "The sidecar could not connect to nobody:1: connection refused.")]
    public async Task A_refusal_of_the_sidecar_is_an_error_that_names_the_target(byte reply, Type kind, string message)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dial = new SidecarDialer((IPEndPoint)listener.LocalEndpoint, IPAddress.Loopback, TimeProvider.System).DialAsync("nobody", 1, TestContext.Current.CancellationToken);
        using var proxy = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await proxy.GetStream().WriteAsync(new byte[] { 5, 0, 5, reply, 0, 1, 0, 0, 0, 0, 0, 0 }, TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync(kind, () => dial);
        Assert.Equal(message, failure.Message);
    }

    [Fact]
    public void A_dead_endpoint_is_not_chosen_and_terminating_ones_only_when_no_other_is_ready()
    {
        var port = new ServicePort { Name = "http", Port = 80 };
        Assert.Equal(["127.77.0.2:8000"], Backends([Slice(("127.77.0.2", true, false), ("127.77.0.3", false, true), ("127.77.0.4", false, false))]));
        Assert.Equal(["127.77.0.3:8000"], Backends([Slice(("127.77.0.3", false, true), ("127.77.0.4", false, false))]));

        IEnumerable<string> Backends(EndpointSlice[] slices) => ServiceBackends.Of(port, [.. slices]).Select(backend => backend.ToString());
    }

    private static EndpointSlice Slice(params (string Address, bool Ready, bool ServesTerminating)[] endpoints) => new()
    {
        Ports = [new EndpointPort { Name = "http", Port = 8000 }],
        Endpoints =
        [
            .. endpoints.Select(endpoint => new Endpoint
            {
                Addresses = [endpoint.Address],
                Conditions = new EndpointConditions { Ready = endpoint.Ready, Serving = endpoint.Ready || endpoint.ServesTerminating, Terminating = endpoint.ServesTerminating },
            }),
        ],
    };
}
