using Weft.Console.Graph.Model;

namespace Weft.Console.Graph.Telemetry;

/// <summary>How the traffic of one series was answered.</summary>
internal readonly record struct TrafficResponse(Protocol Protocol, string Code, string Flags)
{
    public static TrafficResponse? Of(TelemetryKind kind, in TelemetrySample sample, GraphOptions options) => kind switch
    {
        TelemetryKind.GrpcMessages => new TrafficResponse(Protocol.Grpc, "", ""),
        TelemetryKind.Tcp => sample[TelemetryLabel.ResponseFlags] is { } flags ? new TrafficResponse(Protocol.Tcp, "-", flags) : null,
        _ => OfRequest(sample, options),
    };

    private static TrafficResponse? OfRequest(in TelemetrySample sample, GraphOptions options)
    {
        if (sample[TelemetryLabel.ResponseCode] is not { } code
            || sample[TelemetryLabel.ResponseFlags] is not { } flags
            || Protocols.Parse(sample[TelemetryLabel.RequestProtocol]) is not { } protocol)
        {
            return null;
        }

        return protocol switch
        {
            Protocol.Http when options.HttpRate == HttpRate.Requests => new TrafficResponse(Protocol.Http, code == "0" ? "-" : code, flags),
            Protocol.Grpc when options.GrpcRate == GrpcRate.Requests => new TrafficResponse(Protocol.Grpc, GrpcCode(code, sample[TelemetryLabel.GrpcResponseStatus]), flags),
            _ => null,
        };
    }

    /// <summary>An HTTP error ends a call before gRPC has a say; otherwise gRPC's status is the answer.</summary>
    private static string GrpcCode(string code, string? status)
    {
        if (code == "0")
        {
            return "-";
        }

        return code is ['4' or '5', ..] || status is null or "" ? code : status;
    }
}
