using Weft.Proxy.Forwarding;
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
        return parts[0] switch
        {
            "downstream_peer" or "wasm.downstream_peer" => Peer(isOutbound: false, show),
            "upstream_peer" or "wasm.upstream_peer" => Peer(isOutbound: true, show),
            _ => new CommandOperator(_ => null),
        };
    }

    private static CommandOperator Peer(bool isOutbound, Func<WorkloadIdentity, string> show) => new(
        stream => stream is HttpExchange exchange && exchange.Manager.IsOutbound == isOutbound && (exchange.Peer ?? (isOutbound ? exchange.Endpoint?.Workload : null)) is { } peer
            ? CommandOperators.Absent(show(peer))
            : null);

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
