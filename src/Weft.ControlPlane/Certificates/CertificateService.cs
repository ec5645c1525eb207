using Istio.V1.Auth;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Grpc;
using Weft.Xds.Grpc;

namespace Weft.ControlPlane.Certificates;

/// <summary>Istio's certificate service: a workload certificate for whoever proves to be a service account. Only on the secure port.</summary>
public sealed partial class CertificateService(CertificateAuthority authority, ControlPlaneDiagnostics diagnostics, ILogger<CertificateService> logger)
{
    public const string Method = "/istio.v1.auth.IstioCertificateService/CreateCertificate";

    public async Task CreateCertificateAsync(GrpcCall call, CallerIdentity? caller)
    {
        diagnostics.CountCertificate("csr");
        var request = await call.ReadAsync(IstioCertificateRequest.Parser) ?? throw new GrpcStatusException(GrpcStatusCode.Internal, "the call has no message");
        if (caller is null)
        {
            diagnostics.CountCertificate("authentication_failure");
            throw new GrpcStatusException(GrpcStatusCode.Unauthenticated, "request authenticate failure");
        }

        var response = new IstioCertificateResponse();
        try
        {
            // Longer than a TimeSpan holds is longer than what is allowed.
            var seconds = Math.Clamp(request.ValidityDuration, -1, int.MaxValue);
            response.CertChain.Add(authority.SignWorkload(request.Csr, caller, TimeSpan.FromSeconds(seconds)));
        }
        catch (CertificateRefusedException error)
        {
            diagnostics.CountCertificate("csr_sign_err");
            throw new GrpcStatusException(GrpcStatusCode.InvalidArgument, error.Message);
        }

        diagnostics.CountCertificate("success_cert_issuance");
        LogIssued(caller.Spiffe);
        await call.WriteAsync(response);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Issued a certificate to {Identity}")]
    private partial void LogIssued(string identity);
}
