using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Gateways;

public sealed class GatewayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_binds_its_listener_and_forwards_into_the_mesh()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync($"{context.Request.Headers["x-forwarded-for"]} {context.Request.Host}"), Cancel);
        var gateway = await TestGateway.StartAsync(mesh, g => g.Listener(8080, TestGateway.Http("http.8080")).Routes("http.8080", TestGateway.Beta), Cancel);
        using var client = gateway.Client(8080);

        var answer = await client.GetAsync("http://app.example.com/hello", Cancel);

        Assert.Equal("127.0.0.1 app.example.com", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("istio-envoy", answer.Headers.Server.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => gateway.DialAsync(15001, Cancel));
        await Assert.ThrowsAnyAsync<Exception>(() => gateway.DialAsync(15006, Cancel));
        using var health = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await health.GetAsync($"http://{gateway.Address}:15021/healthz/ready", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Certificates_are_chosen_by_server_name_and_both_http_versions_are_spoken()
    {
        var root = TestCertificate.Root("gateway");
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(
                    8443,
                    TestGateway.Http("https.443", "a.example.com", TestGateway.Tls("kubernetes://a-cert")),
                    TestGateway.Http("https.443", "*.b.example.com", TestGateway.Tls("kubernetes://b-cert")))
                .Routes("https.443", TestGateway.Beta)
                .Secret("kubernetes://a-cert", root.Issue("a.example.com"))
                .Secret("kubernetes://b-cert", root.Issue("*.b.example.com")),
            Cancel);
        using var client = gateway.Client(8443, root);

        Assert.Equal("fine", await client.GetStringAsync("https://a.example.com/", Cancel));
        Assert.Equal("fine", await client.GetStringAsync("https://x.b.example.com/", Cancel));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://a.example.com/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal(HttpVersion.Version20, (await client.SendAsync(request, Cancel)).Version);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("https://c.example.com/", Cancel));
    }

    [Fact]
    public async Task Mutual_tls_wants_a_client_certificate_of_the_right_root_and_name()
    {
        var (root, clients, others) = (TestCertificate.Root("gateway"), TestCertificate.Root("clients"), TestCertificate.Root("others"));
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(8443, TestGateway.Http("https.443", "app.example.com", TestGateway.Tls("kubernetes://app", "kubernetes://app-cacert", true, "\"matchSubjectAltNames\":[{\"exact\":\"client.example.com\"}]")))
                .Routes("https.443", TestGateway.Beta)
                .Secret("kubernetes://app", root.Issue("app.example.com"))
                .Roots("kubernetes://app-cacert", clients),
            Cancel);

        async Task<bool> PassesAsync(TestCertificate? own)
        {
            using var client = gateway.Client(8443, root, own);
            try
            {
                return await client.GetStringAsync("https://app.example.com/", Cancel) == "fine";
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        Assert.True(await PassesAsync(clients.Issue("client.example.com")));
        Assert.False(await PassesAsync(null));
        Assert.False(await PassesAsync(clients.Issue("someone.else")));
        Assert.False(await PassesAsync(others.Issue("client.example.com")));
    }

    [Fact]
    public async Task An_optional_client_certificate_may_be_absent_but_not_wrong()
    {
        var (root, clients, others) = (TestCertificate.Root("gateway"), TestCertificate.Root("clients"), TestCertificate.Root("others"));
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(8443, TestGateway.Http("https.443", "app.example.com", TestGateway.Tls("kubernetes://app", "kubernetes://app-cacert", requireClient: false)))
                .Routes("https.443", TestGateway.Beta)
                .Secret("kubernetes://app", root.Issue("app.example.com"))
                .Roots("kubernetes://app-cacert", clients),
            Cancel);
        using var without = gateway.Client(8443, root);
        using var wrong = gateway.Client(8443, root, others.Issue("client.example.com"));

        Assert.Equal("fine", await without.GetStringAsync("https://app.example.com/", Cancel));
        await Assert.ThrowsAsync<HttpRequestException>(() => wrong.GetAsync("https://app.example.com/", Cancel));
    }

    [Fact]
    public async Task A_renewed_secret_serves_new_connections_and_leaves_old_ones()
    {
        var (first, second) = (TestCertificate.Root("first"), TestCertificate.Root("second"));
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(8443, TestGateway.Http("https.443", "app.example.com", TestGateway.Tls("kubernetes://app"))).Routes("https.443", TestGateway.Beta).Secret("kubernetes://app", first.Issue("app.example.com")),
            Cancel);
        using var before = gateway.Client(8443, first);
        Assert.Equal("fine", await before.GetStringAsync("https://app.example.com/", Cancel));

        gateway.Secret("kubernetes://app", second.Issue("app.example.com")).Publish();
        await TestMesh.UntilAsync(
            async () =>
            {
                using var after = gateway.Client(8443, second);
                try
                {
                    return await after.GetStringAsync("https://app.example.com/", Cancel) == "fine";
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Cancel);

        // A new connection of the first client would not trust the new certificate: its old one is still served.
        Assert.Equal("fine", await before.GetStringAsync("https://app.example.com/", Cancel));
    }

    [Fact]
    public async Task A_missing_secret_refuses_its_host_and_no_other()
    {
        var root = TestCertificate.Root("gateway");
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(8443, TestGateway.Http("https.443", "a.example.com", TestGateway.Tls("kubernetes://a")), TestGateway.Http("https.443", "b.example.com", TestGateway.Tls("kubernetes://missing")))
                .Routes("https.443", TestGateway.Beta)
                .Secret("kubernetes://a", root.Issue("a.example.com")),
            Cancel);
        using var client = gateway.Client(8443, root);

        Assert.Equal("fine", await client.GetStringAsync("https://a.example.com/", Cancel));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("https://b.example.com/", Cancel));
    }

    [Fact]
    public async Task The_least_tls_version_is_kept()
    {
        var root = TestCertificate.Root("gateway");
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(8443, TestGateway.Http("https.443", "app.example.com", TestGateway.Tls("kubernetes://app", parameters: """{"tlsMinimumProtocolVersion":"TLSv1_3"}"""))).Routes("https.443", TestGateway.Beta).Secret("kubernetes://app", root.Issue("app.example.com")),
            Cancel);

        async Task<SslProtocols> HandshakeAsync(SslProtocols protocols)
        {
            await using var tls = new SslStream(await gateway.DialAsync(8443, Cancel));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "app.example.com", EnabledSslProtocols = protocols, RemoteCertificateValidationCallback = (_, peer, _, _) => root.Issued(peer) }, Cancel);
            return tls.SslProtocol;
        }

        Assert.Equal(SslProtocols.Tls13, await HandshakeAsync(SslProtocols.Tls13));
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(SslProtocols.Tls12));
    }

    [Fact]
    public async Task Tls_passes_through_by_server_name_and_is_ended_for_tcp()
    {
        var root = TestCertificate.Root("gateway");
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        mesh.ServeTcp(mesh.BetaApp, 3306, async stream =>
        {
            var buffer = new byte[64];
            int read;
            while ((read = await stream.ReadAsync(buffer, Cancel)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), Cancel);
            }
        });
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(8443, TestGateway.Tcp(IstioResources.DbCluster, "raw.example.com"), TestGateway.Tcp(IstioResources.DbCluster, "ended.example.com", TestGateway.Tls("kubernetes://ended")))
                .Secret("kubernetes://ended", root.Issue("ended.example.com"))
                .Listener(31400, TestGateway.Tcp(IstioResources.DbCluster)),
            Cancel);

        // The echo answers with our own hello, so it went through unread.
        await using var raw = await gateway.DialAsync(8443, Cancel);
        var hello = await CaptureHelloAsync("raw.example.com");
        await raw.WriteAsync(hello, Cancel);
        var echoed = new byte[hello.Length];
        await raw.ReadExactlyAsync(echoed, Cancel);
        Assert.Equal(hello, echoed);

        await using var ended = new SslStream(await gateway.DialAsync(8443, Cancel));
        await ended.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "ended.example.com", RemoteCertificateValidationCallback = (_, peer, _, _) => root.Issued(peer) }, Cancel);
        await ended.WriteAsync(Encoding.ASCII.GetBytes("ping"), Cancel);
        var pong = new byte[4];
        await ended.ReadExactlyAsync(pong, Cancel);
        Assert.Equal("ping", Encoding.ASCII.GetString(pong));

        await using var plain = await gateway.DialAsync(31400, Cancel);
        await plain.WriteAsync(Encoding.ASCII.GetBytes("pong"), Cancel);
        await plain.ReadExactlyAsync(pong, Cancel);
        Assert.Equal("pong", Encoding.ASCII.GetString(pong));
    }

    // AUTO_PASSTHROUGH, as istiod's chains and clusters have it: the server name of the mesh's mutual TLS names the cluster.
    [Fact]
    public async Task A_gateway_between_networks_leads_mutual_tls_on_by_its_server_name()
    {
        const string ServerName = "outbound_.8000_._.beta.demo.svc.cluster.local";
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-client-cert"].ToString()), Cancel);
        var gateway = await TestGateway.StartAsync(mesh, g => g.Passing(ServerName).Listener(15443, TestGateway.Tcp(ServerName, ServerName)), Cancel);
        mesh.Control.Set(mesh.AlphaNode, IstioResources.Create(mesh.AlphaAddress, mesh.BetaAddress, (kind, resources) =>
        {
            switch (kind)
            {
                case "listeners":
                    ResourceEdits.LogOutbound(resources, "%RESPONSE_CODE% %UPSTREAM_HOST% %UPSTREAM_PEER_URI_SAN%");
                    break;
                case "endpoints":
                    var address = resources.First(each => each!["clusterName"]!.GetValue<string>() == TestGateway.Beta)!["endpoints"]![0]!["lbEndpoints"]![0]!["endpoint"]!["address"]!["socketAddress"]!;
                    (address["address"], address["portValue"]) = (gateway.Address, 15443);
                    break;
            }
        }));

        var seen = "";
        await TestMesh.UntilAsync(
            async () =>
            {
                seen = await mesh.Client().GetStringAsync("http://beta.demo:8000/", Cancel);
                return mesh.Log.Contains($"200 {gateway.Address}:15443 spiffe://cluster.local/ns/demo/sa/beta");
            },
            Cancel);

        Assert.Contains("URI=spiffe://cluster.local/ns/demo/sa/alpha", seen);
    }

    [Fact]
    public async Task A_removed_listener_takes_no_connections_and_a_new_one_does()
    {
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(mesh, g => g.Listener(8080, TestGateway.Http("http.8080")).Routes("http.8080", TestGateway.Beta), Cancel);

        gateway.Resources.ByType[Weft.Xds.TypeUrls.Listener].Clear();
        gateway.Listener(9090, TestGateway.Http("http.8080")).Publish();

        await TestMesh.UntilAsync(() => CanDialAsync(gateway, 9090), Cancel);
        await TestMesh.UntilAsync(async () => !await CanDialAsync(gateway, 8080), Cancel);
    }

    [Fact]
    public async Task Secrets_are_shown_without_their_keys()
    {
        var root = TestCertificate.Root("gateway");
        await using var mesh = await TestMesh.StartAsync(context => context.Response.WriteAsync("fine"), Cancel);
        var gateway = await TestGateway.StartAsync(
            mesh,
            g => g.Listener(8443, TestGateway.Http("https.443", "app.example.com", TestGateway.Tls("kubernetes://app"))).Routes("https.443", TestGateway.Beta).Secret("kubernetes://app", root.Issue("app.example.com")),
            Cancel);
        using var admin = new HttpClient();

        var dump = await admin.GetStringAsync($"http://{gateway.Address}:15000/config_dump?resource=dynamic_active_secrets", Cancel);

        Assert.Contains("kubernetes://app", dump);
        Assert.DoesNotContain("PRIVATE KEY", dump);
        Assert.Equal(2, JsonNode.Parse(await admin.GetStringAsync($"http://{gateway.Address}:15000/certs", Cancel))!["certificates"]!.AsArray().Count(entry => entry!["cert_chain"] is not null));
    }

    private static async Task<byte[]> CaptureHelloAsync(string serverName)
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new System.Net.Sockets.TcpClient();
        var accepting = listener.AcceptTcpClientAsync(Cancel).AsTask();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Cancel);
        await using var tls = new SslStream(client.GetStream());
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = serverName }, Cancel);
        using (var accepted = await accepting)
        {
            var buffer = new byte[4096];
            var read = await accepted.GetStream().ReadAsync(buffer, Cancel);
            accepted.Close();
            await Assert.ThrowsAnyAsync<Exception>(() => handshake);
            return buffer[..read];
        }
    }

    private static async Task<bool> CanDialAsync(TestGateway gateway, int port)
    {
        try
        {
            await using var stream = await gateway.DialAsync(port, Cancel);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
