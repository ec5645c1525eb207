using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.EndToEnd.Acceptance;

/// <summary>A Gateway of the Gateway API that deploys itself, with a route of every kind.</summary>
[Collection(DemoCollection.Name)]
public sealed class GatewayApiTests(DemoMesh mesh)
{
    private const string Subject = "travel-agency";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_176_a_gateway_deploys_itself_and_routes_every_kind()
    {
        await using var secret = await mesh.ApplyTextAsync(Certificate("secure.example.com", "ended.example.com"));
        await using (var applied = await mesh.ApplyRowAsync("176-gateway-api.yaml"))
        {
            await mesh.KubectlAsync("wait", "gateways.gateway.networking.k8s.io/edge", "-n", Subject, "--for=condition=Programmed", "--timeout=60s");
            await mesh.KubectlAsync("wait", "deployment/edge-istio", "-n", Subject, "--for=condition=Available", "--timeout=60s");
            Assert.Equal("1/1", await mesh.KubectlAsync("get", "deployment", "edge-istio", "-n", Subject, "-o", "jsonpath={.status.readyReplicas}/{.spec.replicas}"));
            Assert.Equal("1 1 1 1 1", await mesh.KubectlAsync("get", "gateways.gateway.networking.k8s.io/edge", "-n", Subject, "-o", "jsonpath={.status.listeners[?(@.name!=\"web\")].attachedRoutes} {.status.listeners[0].conditions[?(@.type==\"Accepted\")].observedGeneration}"));
            Assert.Equal("True False BackendNotFound", await ConditionsAsync("httproute/cars"));
            Assert.Equal("True True ResolvedRefs", await ConditionsAsync("grpcroute/discovery"));

            await RequestsAsync();
            await CallsAsync();
            await ConnectionsAsync();
        }

        Assert.Equal("", await Eventually.Async(
            () => mesh.KubectlAsync("get", "deployments,services,serviceaccounts,pods", "-n", Subject, "-l", "gateway.networking.k8s.io/gateway-name=edge", "-o", "name"), left => left.Length == 0, Cancellation));
    }

    private async Task RequestsAsync()
    {
        var answer = await Eventually.Async(() => Visitor.GetAsync(At("http", 8188, "agency/Rome"), [("Host", "any.example.com")]), answer => answer.Status == 200, Cancellation);
        Assert.Equal(("gateway-api", "istio-envoy"), (answer.Headers["x-route"], answer.Headers["server"]));
        Assert.Contains("carModel", answer.Body, StringComparison.Ordinal);

        // A backend that does not exist is 500, not 503; a path that no route has is 404.
        Assert.Equal(500, (await Visitor.GetAsync(At("http", 8188, "nowhere"), [])).Status);
        Assert.Equal(404, (await Visitor.GetAsync(At("http", 8188, "cars/Rome"), [])).Status);
    }

    /// <summary>The control plane itself is a server of gRPC: a stream that ends before it began is fine with it, which it says in the head, where there is nothing else.</summary>
    private async Task CallsAsync()
    {
        Assert.Equal((HttpStatusCode.OK, true, "0"), await CallAsync("envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources"));

        // No rule is for other services: the gateway itself answers, in the words of gRPC (12 is unimplemented).
        Assert.Equal((HttpStatusCode.OK, false, "12"), await CallAsync("envoy.service.discovery.v3.ClusterDiscoveryService/StreamClusters"));
    }

    /// <summary>The answer's status, whether a backend gave it, and its status of gRPC.</summary>
    private async Task<(HttpStatusCode Status, bool OfBackend, string Result)> CallAsync(string method)
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = new HttpRequestMessage(HttpMethod.Post, At("http", 8188, method)) { Content = new ByteArrayContent([]) };
        request.Headers.Host = "calls.example.com";
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await client.SendAsync(request, Cancellation);
        var result = response.Headers.TryGetValues("grpc-status", out var values) ? values.First() : "";
        return (response.StatusCode, response.Headers.Contains("x-envoy-upstream-service-time"), result);
    }

    private async Task ConnectionsAsync()
    {
        using var database = new TcpClient();
        await database.ConnectAsync(IPAddress.Loopback, PortOf(13306), Cancellation);
        var greeting = new byte[5];
        await database.GetStream().ReadExactlyAsync(greeting, Cancellation);
        Assert.Equal(10, greeting[4]); // the version of MySQL's protocol, which its server tells first

        Assert.Contains("carModel", await SecureAsync("secure.example.com", 8191, "agency/Rome"), StringComparison.Ordinal); // HTTPS, ended for an HTTPRoute
        Assert.Contains("carModel", await SecureAsync("secure.example.com", 8189, "agency/Rome"), StringComparison.Ordinal); // passed through by name to the listener before
        Assert.Contains("carModel", await SecureAsync("ended.example.com", 8190, "cars/Rome"), StringComparison.Ordinal); // TLS, ended for a TLSRoute
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SecureAsync("other.example.com", 8189, "agency/Rome"));
    }

    private async Task<string> SecureAsync(string name, int port, string path)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, PortOf(port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == $"CN={Subject}" },
        };
        using var client = new HttpClient(handler);
        return await client.GetStringAsync(new Uri($"https://{name}:{port}/{path}"), Cancellation);
    }

    /// <summary>What a route's first parent says: accepted, resolved, and why.</summary>
    private Task<string> ConditionsAsync(string route) => mesh.KubectlAsync(
        "get", route, "-n", Subject, "-o",
        "jsonpath={.status.parents[0].conditions[?(@.type==\"Accepted\")].status} {.status.parents[0].conditions[?(@.type==\"ResolvedRefs\")].status} {.status.parents[0].conditions[?(@.type==\"ResolvedRefs\")].reason}");

    private Uri At(string scheme, int port, string path) => new($"{scheme}://127.0.0.1:{PortOf(port)}/{path}");

    /// <summary>Where a port of a load balancer is on this machine.</summary>
    private int PortOf(int port) => port + mesh.Ingress.Port - 8080;

    private static string Certificate(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Subject}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        Array.ForEach(names, alternatives.AddDnsName);
        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return $$"""
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/tls
            metadata: {name: edge-certificate, namespace: {{Subject}}}
            data:
              tls.crt: {{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))}}
              tls.key: {{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()))}}
            """;
    }
}
