using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Formatting;

/// <summary>
/// %FILTER_STATE(KEY:FORMAT:FIELD)%: of what Envoy keeps there, the workloads that metadata exchange found (Istio's <c>downstream_peer</c> and <c>upstream_peer</c>). A key that nobody sets
/// has no value.
/// </summary>
internal static class FilterState
{
    public static CommandOperator Compile(string argument)
    {
        var parts = argument.Split(':');
        Func<WorkloadIdentity, string> show = parts is [_, "FIELD", var field] ? workload => Field(workload, field) : Baggage;
        return new CommandOperator(stream => PeerOf(stream, parts[0]) is { } peer ? CommandOperators.Absent(show(peer)) : null);
    }

    /// <summary>The object under a key, as Envoy hands it to access log services; null where there is none.</summary>
    public static Any? Object(IStreamInfo stream, string key) => PeerOf(stream, key) is { } peer ? Any.Pack(peer.ToMetadata()) : null;

    private static WorkloadIdentity? PeerOf(IStreamInfo stream, string key) => key switch
    {
        "downstream_peer" or "wasm.downstream_peer" => stream.DownstreamPeer,
        "upstream_peer" or "wasm.upstream_peer" => stream.UpstreamPeer,
        _ => null,
    };

    // The fields of Istio's WorkloadMetadataObject.
    private static string Field(WorkloadIdentity workload, string name) => name switch
    {
        "workload" => workload.Workload,
        "namespace" => workload.Namespace,
        "cluster" => workload.Cluster,
        "service" => workload.CanonicalName,
        "revision" => workload.CanonicalRevision,
        "app" => workload.App,
        "version" => workload.Version,
        _ => "",
    };

    private static string Baggage(WorkloadIdentity workload) =>
        $"k8s.deployment.name={workload.Workload},k8s.cluster.name={workload.Cluster},k8s.namespace.name={workload.Namespace},service.name={workload.CanonicalName},service.version={workload.CanonicalRevision}";
}
