using Weft.ApiServer.Admission;
using Weft.ControlPlane.Admission;
using Weft.Istio.Admission;

namespace Weft.Host.Composition;

/// <summary>Istio's validating webhook as an admission plug-in: what is created or replaced in Istio's groups is refused, warned of or let pass as istiod does.</summary>
internal sealed class IstioValidation : IAdmissionPlugin
{
    private readonly IstioAdmission _admission = new(new EnvoyPatchSchema());

    public string Name => "validation.istio.io";

    public ValueTask<AdmissionResponse> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Operation: "CREATE" or "UPDATE", Subresource: "", Object: { } item })
        {
            return ValueTask.FromResult(AdmissionResponse.Allow);
        }

        var verdict = _admission.Review(request.Group, request.Kind, item);
        return ValueTask.FromResult(
            verdict.IsAllowed
                ? new AdmissionResponse { Warnings = verdict.Warnings }
                : new AdmissionResponse { Allowed = false, Code = 400, Reason = "", Message = verdict.Message });
    }
}
