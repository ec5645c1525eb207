using System.Collections.Immutable;

namespace Weft.Observability.Metrics.Queries;

/// <summary>Names of the labels that sidecars put on their metrics: the one place that spells them.</summary>
public static class MeshLabels
{
    public const string App = "app";
    public const string ConnectionSecurityPolicy = "connection_security_policy";
    public const string DestinationCanonicalRevision = "destination_canonical_revision";
    public const string DestinationCanonicalService = "destination_canonical_service";
    public const string DestinationCluster = "destination_cluster";
    public const string DestinationPrincipal = "destination_principal";
    public const string DestinationService = "destination_service";
    public const string DestinationServiceName = "destination_service_name";
    public const string DestinationServiceNamespace = "destination_service_namespace";
    public const string DestinationWorkload = "destination_workload";
    public const string DestinationWorkloadNamespace = "destination_workload_namespace";
    public const string GrpcResponseStatus = "grpc_response_status";
    public const string Le = "le";
    public const string Reporter = "reporter";
    public const string RequestOperation = "request_operation";
    public const string RequestProtocol = "request_protocol";
    public const string ResponseCode = "response_code";
    public const string ResponseFlags = "response_flags";
    public const string SourceCanonicalRevision = "source_canonical_revision";
    public const string SourceCanonicalService = "source_canonical_service";
    public const string SourceCluster = "source_cluster";
    public const string SourcePrincipal = "source_principal";
    public const string SourceWorkload = "source_workload";
    public const string SourceWorkloadNamespace = "source_workload_namespace";

    /// <summary>Who talks to whom, in the order in which Kiali groups its graph queries.</summary>
    public static ImmutableArray<string> Edge { get; } =
    [
        SourceCluster, SourceWorkloadNamespace, SourceWorkload, SourceCanonicalService, SourceCanonicalRevision,
        DestinationCluster, DestinationServiceNamespace, DestinationService, DestinationServiceName,
        DestinationWorkloadNamespace, DestinationWorkload, DestinationCanonicalService, DestinationCanonicalRevision,
    ];
}
