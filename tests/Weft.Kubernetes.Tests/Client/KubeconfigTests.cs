using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Weft.Kubernetes.Client;

public sealed class KubeconfigTests
{
    [Fact]
    public async Task A_kubeconfig_with_certificates_logs_in_over_TLS_and_HTTP2()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (ca, server, client) = Certificates(key);
        await using var api = await ScriptedApiServer.StartAsync(
            (context, _) => context.JsonAsync($$"""{"user":"{{context.Connection.ClientCertificate?.Subject}}","protocol":"{{context.Request.Protocol}}"}"""),
            listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = server;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            }));
        var yaml = $"""
            apiVersion: v1
            kind: Config
            current-context: weft
            clusters:
            - name: c
              cluster: [server: "{api.Address}", certificate-authority-data: "{Base64(ca.ExportCertificatePem())}"]
            users:
            - name: u
              user: [client-certificate-data: "{Base64(client.ExportCertificatePem())}", client-key-data: "{Base64(key.ExportPkcs8PrivateKeyPem())}"]
            contexts:
            - name: weft
              context: [cluster: c, user: u, namespace: mine]
            """.Replace('[', '{').Replace(']', '}');
        var options = Kubeconfig.Parse(Encoding.UTF8.GetBytes(yaml), "").ToOptions();
        using var trusted = new KubeClient(options);
        using var untrusted = new KubeClient(options with { CertificateAuthorities = null });
        using var misnamed = new KubeClient(options with { TlsServerName = "other.example" });

        Assert.Equal("""{"user":"CN=admin","protocol":"HTTP/2"}""", await trusted.GetRawAsync("/version", TestContext.Current.CancellationToken));
        Assert.Equal("mine", options.Namespace);
        var refused = await Assert.ThrowsAsync<KubernetesApiException>(() => untrusted.GetRawAsync("/version", TestContext.Current.CancellationToken));
        Assert.Null(refused.Code);
        await Assert.ThrowsAsync<KubernetesApiException>(() => misnamed.GetRawAsync("/version", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("user: {exec: {command: aws}}", "exec has no apiVersion")]
    [InlineData("user: {exec: {apiVersion: client.authentication.k8s.io/v1}}", "exec has no command")]
    [InlineData("user: {exec: {apiVersion: v1, command: aws}}", "exec: apiVersion \"v1\" is not one of client.authentication.k8s.io")]
    [InlineData("user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Always}}", "exec: aws must ask a person")]
    [InlineData("user: {auth-provider: {name: gcp}}", "logging in by \"auth-provider\" is not supported")]
    [InlineData("user: {client-certificate-data: YQ==}", "client-certificate and client-key are only of use together")]
    [InlineData("user: {client-certificate-data: YQ==, client-key-data: YQ==}", "the client certificate and its key cannot be used")]
    [InlineData("user: {client-certificate-data: '*'}", "client-certificate: ")]
    [InlineData("other: {}", "users has no \"u\"")]
    public void What_cannot_be_used_is_a_clear_error(string user, string message)
    {
        var yaml = $"clusters: [{{name: c, cluster: {{server: 'https://127.0.0.1:1'}}}}]\nusers: [{{name: u, {user}}}]\ncontexts: [{{name: x, context: {{cluster: c, user: u}}}}]\n";

        var wrong = Assert.Throws<KubeconfigException>(() => Kubeconfig.Parse(Encoding.UTF8.GetBytes(yaml), "").ToOptions("x"));

        Assert.StartsWith(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_is_not_there_is_refused_with_those_that_are()
    {
        var config = Kubeconfig.Parse("contexts: [{name: a, context: {cluster: c}}, {name: b, context: {cluster: c}}]"u8, "");

        Assert.Equal("contexts has no \"x\"; there are: a, b", Assert.Throws<KubeconfigException>(() => config.ToOptions("x")).Message);
    }

    [Fact]
    public async Task A_token_file_is_read_at_each_request()
    {
        var folder = Directory.CreateTempSubdirectory("weft-kubeconfig");
        try
        {
            var yaml = "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1', insecure-skip-tls-verify: true}}]\nusers: [{name: u, user: {tokenFile: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n";
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "config"), yaml, TestContext.Current.CancellationToken);
            var options = Kubeconfig.Load(Path.Combine(folder.FullName, "config")).ToOptions();

            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "t"), "one\n", TestContext.Current.CancellationToken);
            Assert.Equal("one", await options.Token!(TestContext.Current.CancellationToken));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "t"), "two\n", TestContext.Current.CancellationToken);
            Assert.Equal("two", await options.Token!(TestContext.Current.CancellationToken));
            Assert.True(options.SkipTlsVerification);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_missing_or_damaged_file_is_a_clear_error()
    {
        Assert.Contains("cannot be read", Assert.Throws<KubeconfigException>(() => Kubeconfig.Load("/nowhere/config")).Message, StringComparison.Ordinal);
        Assert.Equal("not a kubeconfig", Assert.Throws<KubeconfigException>(() => Kubeconfig.Parse("- a"u8, "")).Message);
    }

    [Fact]
    public void Outside_a_pod_there_is_no_in_cluster_configuration() =>
        Assert.Null(InCluster.Options(_ => null, "/nowhere"));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static (X509Certificate2 Ca, X509Certificate2 Server, X509Certificate2 Client) Certificates(ECDsa clientKey)
    {
        var (from, to) = (new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signer = caRequest.CreateSelfSigned(from, to);
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=server", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        serverRequest.CertificateExtensions.Add(names.Build());
        using var bare = serverRequest.Create(signer, from, to, [1]);
        using var withKey = bare.CopyWithPrivateKey(serverKey);
        var client = new CertificateRequest("CN=admin", clientKey, HashAlgorithmName.SHA256).Create(signer, from, to, [2]);
        return (X509CertificateLoader.LoadCertificate(signer.RawData), X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null), client);
    }
}
