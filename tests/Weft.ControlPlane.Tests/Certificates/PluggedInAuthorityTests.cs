using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Istio.V1.Auth;
using Weft.ControlPlane.Fakes;
using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Certificates;

/// <summary>The Secret cacerts of Istio's task "Plug in CA Certificates".</summary>
public sealed class PluggedInAuthorityTests : IDisposable
{
    private static readonly (DateTimeOffset Begin, DateTimeOffset End) Life = (DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(150));

    private readonly RSA _rootKey = RSA.Create(2048);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;

    public PluggedInAuthorityTests()
    {
        _root = Authority(new CertificateRequest("O=company", _rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)).CreateSelfSigned(Life.Begin, Life.End);
        _intermediate = Authority(new CertificateRequest("O=company, L=mesh", _key, HashAlgorithmName.SHA384))
            .Create(_root.SubjectName, X509SignatureGenerator.CreateForRSA(_rootKey, RSASignaturePadding.Pkcs1), Life.Begin, Life.End, [1]);
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }

    [Theory]
    [InlineData("ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem")]
    [InlineData("ca-cert.pem", "ca-key.pem", null, "root-cert.pem")]
    [InlineData("tls.crt", "tls.key", null, "ca.crt")]
    public async Task Workloads_get_certificates_of_the_operators_root(string certificate, string key, string? chain, string root)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        Put(mesh, (certificate, _intermediate.ExportCertificatePem()), (key, _key.ExportPkcs8PrivateKeyPem()), (root, _root.ExportCertificatePem()), (chain ?? "other", _intermediate.ExportCertificatePem()));

        await mesh.RestartAsync(cancellationToken);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var client = new GrpcTestClient(mesh.Secure, mesh.ControlPlane.RootCertificatePem, "travel-agency:cars");
        var request = new IstioCertificateRequest { Csr = new CertificateRequest("", own, HashAlgorithmName.SHA256).CreateSigningRequestPem() };
        var (response, status, _) = await client.UnaryAsync(CertificateService.Method, request, IstioCertificateResponse.Parser, cancellationToken);

        Assert.Equal(GrpcStatusCode.Ok, status);
        Assert.Equal(_root.ExportCertificatePem(), mesh.ControlPlane.RootCertificatePem);
        using var leaf = X509Certificate2.CreateFromPem(response!.CertChain[0]);
        using var above = X509Certificate2.CreateFromPem(response.CertChain[1]);
        Assert.Equal((3, _root.ExportCertificatePem()), (response.CertChain.Count, response.CertChain[2]));
        Assert.Equal(_intermediate.RawData, above.RawData);
        Assert.True(ClientCertificateVerifier.IsTrusted(leaf, [_root], [above], TimeProvider.System.GetUtcNow()));
        Assert.False(ClientCertificateVerifier.IsTrusted(leaf, [_root], [], TimeProvider.System.GetUtcNow()));

        // Its certificate proves who it is, though it shows no intermediate.
        using var presented = leaf.CopyWithPrivateKey(own);
        using var again = new GrpcTestClient(mesh.Secure, mesh.ControlPlane.RootCertificatePem, token: null, presented);
        Assert.Equal(GrpcStatusCode.Ok, (await again.UnaryAsync(CertificateService.Method, request, IstioCertificateResponse.Parser, cancellationToken)).Status);
    }

    [Theory]
    [InlineData("another key", "key")]
    [InlineData("another root", "descend")]
    [InlineData("no authority", "sign")]
    [InlineData("no root", "root-cert.pem")]
    [InlineData("no PEM", "cacerts")]
    public async Task What_does_not_belong_together_is_refused_at_the_start(string fault, string told)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var mesh = await TestMesh.StartAsync(cancellationToken);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var stranger = Authority(new CertificateRequest("O=stranger", other, HashAlgorithmName.SHA256)).CreateSelfSigned(Life.Begin, Life.End);
        using var leaf = new CertificateRequest("O=leaf", _key, HashAlgorithmName.SHA256).Create(_root.SubjectName, X509SignatureGenerator.CreateForRSA(_rootKey, RSASignaturePadding.Pkcs1), Life.Begin, Life.End, [2]);
        Put(
            mesh,
            ("ca-cert.pem", fault switch { "no authority" => leaf.ExportCertificatePem(), "no PEM" => "no PEM", _ => _intermediate.ExportCertificatePem() }),
            ("ca-key.pem", (fault == "another key" ? other : _key).ExportPkcs8PrivateKeyPem()),
            (fault == "no root" ? "other" : "root-cert.pem", (fault == "another root" ? stranger : _root).ExportCertificatePem()));

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => CertificateAuthorityStore.LoadOrCreateAsync(mesh.Api.Client, "istio-system", "cluster.local", TimeProvider.System, cancellationToken));

        Assert.Contains("cacerts", error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    private static CertificateRequest Authority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static void Put(TestMesh mesh, params (string Key, string Text)[] data) => mesh.Api.Put(
        "api/v1/secrets",
        "istio-system",
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "cacerts" },
            ["data"] = new JsonObject(data.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Convert.ToBase64String(Encoding.ASCII.GetBytes(entry.Text))))),
        });
}
