using System.Text;
using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.ControlPlane.Fakes;
using Weft.ControlPlane.Generation.Secrets;
using Weft.Xds;
using NamespacedName = Weft.Kubernetes.Objects.NamespacedName;
using TlsSecret = Envoy.Extensions.TransportSockets.Tls.V3.Secret;

namespace Weft.ControlPlane.Distribution;

public sealed class SecretDiscoveryTests
{
    [Fact]
    public async Task A_gateway_gets_the_certificate_and_the_roots_of_its_credential_and_their_renewal()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await StartAsync(cancellationToken);
        await using var stream = await SecretStream.OpenAsync(mesh, "router", "travel-agency", cancellationToken);

        var secrets = await stream.AskAsync("kubernetes://app-cert", "kubernetes://app-cert-cacert", "kubernetes://missing");
        var certificate = secrets["kubernetes://app-cert"].TlsCertificate;
        Assert.Equal(("chain", "key"), (certificate.CertificateChain.InlineBytes.ToStringUtf8(), certificate.PrivateKey.InlineBytes.ToStringUtf8()));
        Assert.Equal("roots", secrets["kubernetes://app-cert-cacert"].ValidationContext.TrustedCa.InlineBytes.ToStringUtf8());
        Assert.Equal(2, secrets.Count);

        Put(mesh, "app-cert", ("tls.crt", "renewed"), ("tls.key", "key"), ("ca.crt", "roots"));
        var renewed = await stream.ReadAsync();
        Assert.Equal("renewed", Assert.Single(renewed).Value.TlsCertificate.CertificateChain.InlineBytes.ToStringUtf8());
    }

    [Fact]
    public async Task A_generic_secret_with_roots_of_its_own_is_understood()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await StartAsync(cancellationToken);
        Put(mesh, "old", ("cert", "c"), ("key", "k"));
        Put(mesh, "old-cacert", ("cacert", "r"), ("ca.crl", "l"));
        await WhenKnownAsync(mesh, "old-cacert", cancellationToken);
        await using var stream = await SecretStream.OpenAsync(mesh, "router", "travel-agency", cancellationToken);

        var secrets = await stream.AskAsync("kubernetes://travel-agency/old", "kubernetes://old-cacert");

        Assert.Equal("c", secrets["kubernetes://travel-agency/old"].TlsCertificate.CertificateChain.InlineBytes.ToStringUtf8());
        Assert.Equal(("r", "l"), (secrets["kubernetes://old-cacert"].ValidationContext.TrustedCa.InlineBytes.ToStringUtf8(), secrets["kubernetes://old-cacert"].ValidationContext.Crl.InlineBytes.ToStringUtf8()));
    }

    [Theory]
    [InlineData("router", "istio-system", "kubernetes://travel-agency/app-cert")]
    [InlineData("router", "istio-system", "kubernetes://app-cert")]
    [InlineData("sidecar", "travel-agency", "kubernetes://app-cert")]
    public async Task A_secret_of_another_namespace_or_for_a_sidecar_is_not_sent(string type, string @namespace, string name)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await StartAsync(cancellationToken);
        await using var stream = await SecretStream.OpenAsync(mesh, type, @namespace, cancellationToken);

        Assert.Empty(await stream.AskAsync(name));
    }

    [Fact]
    public async Task A_caller_who_proves_nothing_is_sent_no_secret()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await StartAsync(cancellationToken);
        await using var stream = await SecretStream.OpenAsync(mesh, "router", "travel-agency", cancellationToken, secure: false);

        Assert.Empty(await stream.AskAsync("kubernetes://app-cert"));
    }

    [Theory]
    [InlineData("sidecar", true)]
    [InlineData("router", true)]
    [InlineData("sidecar", false)]
    public async Task Everybody_is_sent_the_roots_that_a_policy_trusts_and_no_other_ConfigMap(string type, bool secure)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        PutRoots(mesh, "roots", "pem");
        PutRoots(mesh, "other", "pem");
        mesh.Api.Put("apis/gateway.networking.k8s.io/v1/backendtlspolicies", "travel-agency", JsonNode.Parse("""
            {"metadata":{"name":"cars"},"spec":{"targetRefs":[{"group":"","kind":"Service","name":"cars"}],"validation":{"hostname":"cars.example.com","caCertificateRefs":[{"group":"","kind":"ConfigMap","name":"roots"}]}}}
            """)!.AsObject());
        await WhenAsync(mesh, credentials => credentials.PublicRootsOf(new NamespacedName("travel-agency", "roots")) is not null, cancellationToken);
        await using var stream = await SecretStream.OpenAsync(mesh, type, "istio-system", cancellationToken, secure);

        var secrets = await stream.AskAsync("configmap://travel-agency/roots-cacert", "configmap://travel-agency/other-cacert", "configmap://roots-cacert", "configmap://travel-agency/roots");
        Assert.Equal("pem", Assert.Single(secrets).Value.ValidationContext.TrustedCa.InlineBytes.ToStringUtf8());

        PutRoots(mesh, "roots", "renewed");
        Assert.Equal("renewed", Assert.Single(await stream.ReadAsync()).Value.ValidationContext.TrustedCa.InlineBytes.ToStringUtf8());
    }

    private static async Task<TestMesh> StartAsync(CancellationToken cancellationToken)
    {
        var mesh = await TestMesh.StartAsync(cancellationToken);
        Put(mesh, "app-cert", ("tls.crt", "chain"), ("tls.key", "key"), ("ca.crt", "roots"));
        await WhenKnownAsync(mesh, "app-cert", cancellationToken);
        return mesh;
    }

    /// <summary>Secrets are watched in their order: with the last one known, all are.</summary>
    private static Task WhenKnownAsync(TestMesh mesh, string name, CancellationToken cancellationToken) =>
        WhenAsync(mesh, credentials => credentials.Contains(new NamespacedName("travel-agency", name)), cancellationToken);

    private static async Task WhenAsync(TestMesh mesh, Func<CredentialStore, bool> reached, CancellationToken cancellationToken)
    {
        await foreach (var push in mesh.ControlPlane.Pushes.WatchAsync(cancellationToken))
        {
            if (reached(push.Credentials))
            {
                return;
            }
        }
    }

    private static void PutRoots(TestMesh mesh, string name, string roots) => mesh.Api.Put("api/v1/configmaps", "travel-agency", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { ["ca.crt"] = roots },
    });

    private static void Put(TestMesh mesh, string name, params (string Field, string Value)[] data) => mesh.Api.Put("api/v1/secrets", "travel-agency", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject(data.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Field, Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.Value))))),
    });

    private sealed class SecretStream(GrpcTestClient client, GrpcTestStream<DiscoveryResponse> stream, Node node, CancellationToken cancellationToken) : IAsyncDisposable
    {
        public static async Task<SecretStream> OpenAsync(TestMesh mesh, string type, string @namespace, CancellationToken cancellationToken, bool secure = true)
        {
            var client = secure
                ? new GrpcTestClient(mesh.Secure, mesh.ControlPlane.RootCertificatePem, $"{@namespace}:gateway")
                : new GrpcTestClient(new Uri($"http://{mesh.Plaintext}"));
            var node = new Node
            {
                Id = $"{type}~127.1.0.5~gateway.{@namespace}~{@namespace}.svc.cluster.local",
                Metadata = new Struct { Fields = { ["SERVICE_ACCOUNT"] = Value.ForString("gateway"), ["NAMESPACE"] = Value.ForString(@namespace) } },
            };
            return new SecretStream(client, await client.OpenAsync(AdsServer.Method, DiscoveryResponse.Parser, cancellationToken), node, cancellationToken);
        }

        public async Task<Dictionary<string, TlsSecret>> AskAsync(params string[] names)
        {
            await stream.WriteAsync(new DiscoveryRequest { Node = node, TypeUrl = TypeUrls.Secret, ResourceNames = { names } }, cancellationToken);
            return await ReadAsync();
        }

        public async Task<Dictionary<string, TlsSecret>> ReadAsync()
        {
            var response = await stream.ReadAsync(cancellationToken) ?? throw new InvalidOperationException($"stream ended: {stream.Status()}");
            Assert.Equal(TypeUrls.Secret, response.TypeUrl);
            return response.Resources.Select(any => any.Unpack<TlsSecret>()).ToDictionary(secret => secret.Name);
        }

        public async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            client.Dispose();
        }
    }
}
