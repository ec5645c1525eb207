using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Istio.V1.Auth;
using Microsoft.Extensions.Logging;
using Weft.Xds.Grpc;

namespace Weft.Proxy.Tls;

/// <summary>
/// Keeps the workload's certificate in <see cref="SecretStore"/>: a new P-256 key and a signing request to Istio's certificate service,
/// again at half of the certificate's life (give or take a hundredth, so that workloads do not all ask at once), with back-off when the service fails. Keys never leave the memory.
/// </summary>
internal sealed partial class CertificateSource(
    GrpcClient authority, SecretStore secrets, string spiffeId, TimeProvider time, ILogger logger)
{
    private const string Method = "/istio.v1.auth.IstioCertificateService/CreateCertificate";
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(15);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var retry = FirstRetry;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                var certificate = await RequestAsync(cancellationToken);
                secrets.Replace(certificate);
                wait = UntilRenewal(certificate.Certificate.Leaf);
                retry = FirstRetry;
                LogCertificateObtained(certificate.Certificate.Uri, certificate.Certificate.Leaf.NotAfter);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                // The outermost loop: without a certificate there is no mesh, so it goes on whatever the answer did.
                LogCertificateFailed(error.Message, retry);
                wait = retry * (0.5 + (Random.Shared.NextDouble() / 2));
                retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks));
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task<WorkloadCertificate> RequestAsync(CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new IstioCertificateRequest { Csr = CreateSigningRequest(key), Metadata = new Struct() };
        var response = await authority.CallAsync(Method, request, IstioCertificateResponse.Parser, cancellationToken);
        return Assemble(response.CertChain, key);
    }

    /// <summary>Joins the CA's answer with our key. The last element holds the roots.</summary>
    /// <exception cref="CryptographicException">Less than two elements, or certificates that cannot be read or do not match the key.</exception>
    internal static WorkloadCertificate Assemble(IReadOnlyList<string> chain, ECDsa key)
    {
        if (chain.Count < 2)
        {
            throw new CryptographicException($"the certificate service sent {chain.Count} chain elements; leaf and root are needed");
        }

        var roots = TrustedRoots.FromPem(chain[^1]);
        var intermediates = new X509Certificate2Collection();
        intermediates.ImportFromPem(string.Concat(chain.Skip(1).SkipLast(1)));
        using var bare = X509Certificate2.CreateFromPem(chain[0]);
        return new WorkloadCertificate(CertificateModel.Of(bare.CopyWithPrivateKey(key), intermediates, string.Concat(chain.SkipLast(1))), roots);
    }

    private string CreateSigningRequest(ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(spiffeId));
        request.CertificateExtensions.Add(names.Build(critical: true));
        return request.CreateSigningRequestPem();
    }

    private TimeSpan UntilRenewal(X509Certificate2 leaf)
    {
        var life = leaf.NotAfter - leaf.NotBefore;
        var renewal = leaf.NotBefore.ToUniversalTime() + (life * (0.49 + (0.02 * Random.Shared.NextDouble())));
        var wait = renewal - time.GetUtcNow().UtcDateTime;
        return wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Workload certificate {SpiffeId} obtained, valid until {NotAfter}")]
    private partial void LogCertificateObtained(string spiffeId, DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Workload certificate not obtained ({Reason}), next attempt in about {Retry}")]
    private partial void LogCertificateFailed(string reason, TimeSpan retry);
}
