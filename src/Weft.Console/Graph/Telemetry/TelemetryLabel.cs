namespace Weft.Console.Graph.Telemetry;

/// <summary>The labels of Istio's standard metrics, and of extensions' own, that the graph reads; the value is the slot in a <see cref="TelemetrySample"/>.</summary>
public enum TelemetryLabel
{
    SourceCluster,
    SourceWorkloadNamespace,
    SourceWorkload,
    SourceCanonicalService,
    SourceCanonicalRevision,
    SourcePrincipal,
    DestinationCluster,
    DestinationServiceNamespace,
    DestinationService,
    DestinationServiceName,
    DestinationWorkloadNamespace,
    DestinationWorkload,
    DestinationCanonicalService,
    DestinationCanonicalRevision,
    DestinationPrincipal,
    RequestProtocol,
    ResponseCode,
    GrpcResponseStatus,
    ResponseFlags,
    ConnectionSecurityPolicy,
    ExtensionSourceIsRoot,
    ExtensionSourceNamespace,
    ExtensionSourceName,
    ExtensionDestinationCluster,
    ExtensionDestinationNamespace,
    ExtensionDestinationName,
    ExtensionProtocol,
    ExtensionStatusCode,
    ExtensionFlags,
    ExtensionSecure,

    /// <summary>Whatever label a query groups by in addition (the aggregate of a request).</summary>
    Aggregate,
}

public static class TelemetryLabels
{
    public const int Count = (int)TelemetryLabel.Aggregate + 1;

    /// <summary>The slot of a label by its name, or -1.</summary>
    public static int SlotOf(string name) => name switch
    {
        "source_cluster" => (int)TelemetryLabel.SourceCluster,
        "source_workload_namespace" => (int)TelemetryLabel.SourceWorkloadNamespace,
        "source_workload" => (int)TelemetryLabel.SourceWorkload,
        "source_canonical_service" => (int)TelemetryLabel.SourceCanonicalService,
        "source_canonical_revision" => (int)TelemetryLabel.SourceCanonicalRevision,
        "source_principal" => (int)TelemetryLabel.SourcePrincipal,
        "destination_cluster" => (int)TelemetryLabel.DestinationCluster,
        "destination_service_namespace" => (int)TelemetryLabel.DestinationServiceNamespace,
        "destination_service" => (int)TelemetryLabel.DestinationService,
        "destination_service_name" => (int)TelemetryLabel.DestinationServiceName,
        "destination_workload_namespace" => (int)TelemetryLabel.DestinationWorkloadNamespace,
        "destination_workload" => (int)TelemetryLabel.DestinationWorkload,
        "destination_canonical_service" => (int)TelemetryLabel.DestinationCanonicalService,
        "destination_canonical_revision" => (int)TelemetryLabel.DestinationCanonicalRevision,
        "destination_principal" => (int)TelemetryLabel.DestinationPrincipal,
        "request_protocol" => (int)TelemetryLabel.RequestProtocol,
        "response_code" => (int)TelemetryLabel.ResponseCode,
        "grpc_response_status" => (int)TelemetryLabel.GrpcResponseStatus,
        "response_flags" => (int)TelemetryLabel.ResponseFlags,
        "connection_security_policy" => (int)TelemetryLabel.ConnectionSecurityPolicy,
        "source_is_root" => (int)TelemetryLabel.ExtensionSourceIsRoot,
        "source_namespace" => (int)TelemetryLabel.ExtensionSourceNamespace,
        "source_name" => (int)TelemetryLabel.ExtensionSourceName,
        "dest_cluster" => (int)TelemetryLabel.ExtensionDestinationCluster,
        "dest_namespace" => (int)TelemetryLabel.ExtensionDestinationNamespace,
        "dest_name" => (int)TelemetryLabel.ExtensionDestinationName,
        "protocol" => (int)TelemetryLabel.ExtensionProtocol,
        "status_code" => (int)TelemetryLabel.ExtensionStatusCode,
        "flags" => (int)TelemetryLabel.ExtensionFlags,
        "secure" => (int)TelemetryLabel.ExtensionSecure,
        _ => -1,
    };
}
