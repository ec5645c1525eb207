using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Istio.V1.Auth;
using Weft.ControlPlane.Fakes;
using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Certificates;

public sealed class CertificateServiceTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_service_account_token_gets_a_certificate_of_its_identity()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        var (response, status, _) = await AskAsync(mesh, "travel-agency:cars", 0, cancellationToken);

        Assert.Equal(GrpcStatusCode.Ok, status);
        Assert.Equal(2, response!.CertChain.Count);
        Assert.Equal(mesh.ControlPlane.RootCertificatePem, response.CertChain[1]);
        using var leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        Assert.Equal("", leaf.Subject);
        Assert.Equal("O=cluster.local", leaf.Issuer);
        Assert.Equal("spiffe://cluster.local/ns/travel-agency/sa/cars", WorkloadIdentity.Of(leaf)!.Spiffe);
        Assert.Equal(["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37"], leaf.Extensions.Select(extension => extension.Oid!.Value!).Order());
        Assert.True(leaf.Extensions["2.5.29.17"]!.Critical);
        Assert.Equal(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(2), leaf.NotAfter - leaf.NotBefore);
    }

    [Theory]
    [InlineData(3600, 3600)]
    [InlineData(-5, 24 * 3600)]
    [InlineData(7776000, 7776000)]
    public async Task The_requested_lifetime_counts(long asked, long expected)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        var (response, _, _) = await AskAsync(mesh, "travel-agency:cars", asked, cancellationToken);

        using var leaf = X509Certificate2.CreateFromPem(response!.CertChain[0]);
        Assert.InRange(leaf.NotAfter - leaf.NotBefore - TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(expected) - s_second, TimeSpan.FromSeconds(expected) + s_second);
    }

    [Fact]
    public async Task Too_long_a_life_is_refused_in_istiods_words()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        var (_, status, message) = await AskAsync(mesh, "travel-agency:cars", 7776001, cancellationToken);

        Assert.Equal(GrpcStatusCode.InvalidArgument, status);
        Assert.Equal("CSR signing error (requested TTL 2160h0m1s is greater than the max allowed TTL 2160h0m0s)", message);
    }

    [Theory]
    [InlineData("not a known token")]
    [InlineData(null)]
    public async Task Without_a_good_token_the_call_is_unauthenticated(string? token)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        var (_, status, message) = await AskAsync(mesh, token, 0, cancellationToken);

        Assert.Equal((GrpcStatusCode.Unauthenticated, "request authenticate failure"), (status, message));
    }

    [Fact]
    public async Task Garbage_instead_of_a_signing_request_is_an_invalid_argument()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        using var client = new GrpcTestClient(mesh.Secure, mesh.ControlPlane.RootCertificatePem, "travel-agency:cars");
        var (_, status, _) = await client.UnaryAsync(CertificateService.Method, new IstioCertificateRequest { Csr = "no PEM" }, IstioCertificateResponse.Parser, cancellationToken);

        Assert.Equal(GrpcStatusCode.InvalidArgument, status);
    }

    [Fact]
    public async Task The_plaintext_port_does_not_know_the_service()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        using var client = new GrpcTestClient(new Uri($"http://{mesh.Plaintext}"));
        var (_, status, message) = await client.UnaryAsync(CertificateService.Method, new IstioCertificateRequest(), IstioCertificateResponse.Parser, cancellationToken);

        Assert.Equal((GrpcStatusCode.Unimplemented, "unknown service istio.v1.auth.IstioCertificateService"), (status, message));
    }

    [Fact]
    public async Task A_certificate_renews_itself_and_the_root_survives_a_restart()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        var root = mesh.ControlPlane.RootCertificatePem;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (first, _, _) = await AskAsync(mesh, "travel-agency:cars", 0, cancellationToken, key);
        await mesh.RestartAsync(cancellationToken);
        Assert.Equal(root, mesh.ControlPlane.RootCertificatePem);

        using var leaf = X509Certificate2.CreateFromPem(first!.CertChain[0]).CopyWithPrivateKey(key);
        using var client = new GrpcTestClient(mesh.Secure, root, token: null, leaf);
        var request = new IstioCertificateRequest { Csr = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequestPem() };
        var (second, status, message) = await client.UnaryAsync(CertificateService.Method, request, IstioCertificateResponse.Parser, cancellationToken);

        Assert.Equal((GrpcStatusCode.Ok, ""), (status, message));
        using var renewed = X509Certificate2.CreateFromPem(second!.CertChain[0]);
        Assert.Equal("cars", WorkloadIdentity.Of(renewed)!.ServiceAccount);
    }

    [Fact]
    public async Task Every_namespace_gets_the_root_certificate()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        mesh.Api.Put("api/v1/namespaces", null, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "later" } });
        foreach (var name in new[] { "istio-system", "travel-agency", "later" })
        {
            while (mesh.Api.Get("api/v1/configmaps", name, "istio-ca-root-cert")?["data"]?["root-cert.pem"]?.GetValue<string>() != mesh.ControlPlane.RootCertificatePem)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<(IstioCertificateResponse? Response, GrpcStatusCode Status, string Message)> AskAsync(
        TestMesh mesh, string? token, long seconds, CancellationToken cancellationToken, ECDsa? given = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var client = new GrpcTestClient(mesh.Secure, mesh.ControlPlane.RootCertificatePem, token);
        var request = new IstioCertificateRequest
        {
            Csr = new CertificateRequest("CN=evil", given ?? own, HashAlgorithmName.SHA256).CreateSigningRequestPem(),
            ValidityDuration = seconds,
        };
        return await client.UnaryAsync(CertificateService.Method, request, IstioCertificateResponse.Parser, cancellationToken);
    }
}
