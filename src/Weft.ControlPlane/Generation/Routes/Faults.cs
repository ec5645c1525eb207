using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.V3;
using Weft.Istio.Networking;
using Percent = Weft.Istio.Networking.Percent;
using FaultAbort = Envoy.Extensions.Filters.Http.Fault.V3.FaultAbort;
using FaultDelay = Envoy.Extensions.Filters.Common.Fault.V3.FaultDelay;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>Faults injected by the client's proxy. A share that is not given: no abort, and the deprecated whole percent for a delay.</summary>
internal static class Faults
{
    private static readonly string[] s_grpcCodes =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public static HTTPFault Of(HttpFaultInjection source)
    {
        var fault = new HTTPFault();
        if (source.Delay is { FixedDelay: { } time } delay)
        {
            fault.Delay = new FaultDelay
            {
                FixedDelay = time.ToDuration(),
                Percentage = delay.Percentage is { } share ? OfMillion(share) : new FractionalPercent { Numerator = (uint)delay.Percent },
            };
        }

        if (source.Abort is { } abort && (abort.HttpStatus is not null || abort.GrpcStatus is not null))
        {
            fault.Abort = new FaultAbort { Percentage = abort.Percentage is { } share ? OfMillion(share) : null };
            if (abort.GrpcStatus is { } status)
            {
                fault.Abort.GrpcStatus = (uint)Math.Max(0, Array.IndexOf(s_grpcCodes, status));
            }
            else
            {
                fault.Abort.HttpStatus = (uint)(abort.HttpStatus ?? 0);
            }
        }

        return fault;
    }

    public static FractionalPercent OfMillion(Percent share) => new()
    {
        // Cut off, not rounded, as istiod does.
        Numerator = (uint)(share.Value * 10000),
        Denominator = FractionalPercent.Types.DenominatorType.Million,
    };
}
