using System.Collections.Immutable;
using Weft.Api.Health;
using Weft.Console.Graph;
using Weft.Console.Graph.Model;

namespace Weft.Api.Graph;

/// <summary>Writes a graph in Kiali's words.</summary>
internal static class GraphMapping
{
    public static GraphDto ToDto(this TrafficGraph graph) => new()
    {
        Timestamp = graph.Timestamp.ToUnixTimeSeconds(),
        Duration = (long)graph.Duration.TotalSeconds,
        GraphType = NameOf(graph.GraphType),
        Elements = new GraphElementsDto(
            [.. graph.Nodes.Select(node => new GraphElementDto<NodeDto>(ToDto(node)))],
            [.. graph.Edges.Select(edge => new GraphElementDto<EdgeDto>(ToDto(edge)))]),
    };

    public static string NameOf(GraphType type) => type switch
    {
        GraphType.App => "app",
        GraphType.Service => "service",
        GraphType.VersionedApp => "versionedApp",
        _ => "workload",
    };

    private static NodeDto ToDto(GraphNode node) => new()
    {
        Id = node.Id,
        Parent = node.Parent,
        NodeType = NameOf(node.Type),
        Cluster = node.Cluster,
        Namespace = OrNull(node.Namespace),
        Workload = OrNull(node.Workload),
        App = OrNull(node.App),
        Version = OrNull(node.Version),
        Service = OrNull(node.Service),
        Aggregate = OrNull(node.Aggregate),
        DestServices = OrNull(node.DestinationServices.Select(service => new DestinationServiceDto(service.Cluster, service.Namespace, service.Name))),
        Labels = node.Labels.IsEmpty ? null : new Dictionary<string, string>(node.Labels),
        Traffic = OrNull(node.Traffic.Select(ToDto)),
        HealthData = node.Health?.ToDto(),
        HasCircuitBreaker = node.Marks.HasFlag(NodeMarks.CircuitBreaker),
        HasFaultInjection = node.Marks.HasFlag(NodeMarks.FaultInjection),
        HasIngressWaypoint = node.Marks.HasFlag(NodeMarks.IngressWaypoint),
        HasMirroring = node.Marks.HasFlag(NodeMarks.Mirroring),
        HasRequestRouting = node.Marks.HasFlag(NodeMarks.RequestRouting),
        HasRequestTimeout = node.Marks.HasFlag(NodeMarks.RequestTimeout),
        HasTcpTrafficShifting = node.Marks.HasFlag(NodeMarks.TcpTrafficShifting),
        HasTrafficShifting = node.Marks.HasFlag(NodeMarks.TrafficShifting),
        HasVirtualService = node.VirtualServiceHosts is { } hosts ? new HostnamesDto([.. hosts]) : null,
        HasWorkloadEntry = OrNull(node.WorkloadEntries.Select(name => new WorkloadEntryDto(name))),
        IsAmbient = node.Marks.HasFlag(NodeMarks.Ambient),
        IsBox = NameOf(node.Box),
        IsDead = node.Marks.HasFlag(NodeMarks.Dead),
        IsExtension = node.Extension is { } extension ? new ExtensionDto(extension.Name, extension.Url) : null,
        IsGateway = node.Gateway is { } gateway ? new GatewayDto(Hostnames(gateway.Ingress), Hostnames(gateway.Egress), Hostnames(gateway.GatewayApi)) : null,
        IsIdle = node.Marks.HasFlag(NodeMarks.Idle),
        IsInaccessible = node.Marks.HasFlag(NodeMarks.Inaccessible),
        IsInjected = node.Marks.HasFlag(NodeMarks.Injected),
        IsK8sGatewayApi = node.Marks.HasFlag(NodeMarks.K8sGatewayApi),
        IsOutOfMesh = node.Marks.HasFlag(NodeMarks.OutOfMesh),
        IsOutside = node.Marks.HasFlag(NodeMarks.Outside),
        IsRoot = node.Marks.HasFlag(NodeMarks.Root),
        IsServiceEntry = node.ServiceEntry is { } entry ? new ServiceEntryDto([.. entry.Hosts], entry.Location, entry.Namespace) : null,
        IsWaypoint = node.Marks.HasFlag(NodeMarks.Waypoint),
    };

    private static EdgeDto ToDto(GraphEdge edge) => new()
    {
        Id = edge.Id,
        Source = edge.Source,
        Target = edge.Target,
        DestPrincipal = edge.DestinationPrincipal,
        HealthStatus = edge.HealthStatus,
        IsMutualTls = edge.MutualTls,
        ResponseTime = edge.ResponseTime,
        SourcePrincipal = edge.SourcePrincipal,
        Throughput = edge.Throughput,
        Traffic = ToDto(edge.Traffic),
        Waypoint = edge.Waypoint is { } direction
            ? new WaypointDto(direction == WaypointDirection.To ? "to" : "from", edge.Returning is { } returning ? ToDto(returning) : null)
            : null,
    };

    private static ProtocolTrafficDto ToDto(ProtocolTraffic traffic) => new(
        traffic.Protocol.Name(),
        traffic.Rates.IsEmpty ? null : ToDictionary(traffic.Rates),
        traffic.Responses.IsEmpty ? null : traffic.Responses.ToDictionary(share => share.Code, share => new ResponseDto(share.Flags.IsEmpty ? null : ToDictionary(share.Flags), ToDictionary(share.Hosts))));

    private static Dictionary<string, string> ToDictionary(ImmutableArray<KeyValuePair<string, string>> pairs) => new(pairs);

    private static HostnamesDto Hostnames(ImmutableArray<string> hosts) => new(hosts.IsEmpty ? null : [.. hosts]);

    private static string NameOf(NodeType type) => type switch
    {
        NodeType.App => "app",
        NodeType.Workload => "workload",
        NodeType.Service => "service",
        NodeType.Aggregate => "aggregate",
        NodeType.Box => "box",
        _ => "unknown",
    };

    private static string? NameOf(BoxBy box) => box switch
    {
        BoxBy.App => "app",
        BoxBy.Cluster => "cluster",
        BoxBy.Namespace => "namespace",
        _ => null,
    };

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static T[]? OrNull<T>(IEnumerable<T> items) => items.ToArray() is { Length: > 0 } array ? array : null;
}
