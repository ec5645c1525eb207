namespace Weft.Console.Graph.Model;

/// <summary>
/// Decides which node a peer of some traffic is. The rules are Kiali's: what counts as known, and which of workload, application
/// and service stands for the peer in each type of graph.
/// </summary>
internal readonly record struct NodeIdentity(
    NodeId Id,
    NodeType Type,
    string Cluster,
    string Namespace,
    string Workload,
    string App,
    string Version,
    string Service)
{
    public const string Unknown = "unknown";

    public static bool IsKnown(string? value) => value is not (null or "" or Unknown);

    public static bool IsKnownVersion(string? version) => IsKnown(version) && version != "latest";

    /// <summary>The node of a peer, or null when nothing is known about it that could name a node.</summary>
    public static NodeIdentity? Of(
        GraphType graphType, string cluster, string serviceNamespace, string service, string workloadNamespace, string workload, string app, string version)
    {
        var ns = IsKnown(workloadNamespace) ? workloadNamespace : serviceNamespace;
        if (ns == Unknown && workload == Unknown && app == Unknown && service.Length == 0)
        {
            return new NodeIdentity(NodeId.UnknownSource(cluster), NodeType.Unknown, cluster, ns, workload, app, version, service);
        }

        if (workload == Unknown && app == Unknown && service == Unknown)
        {
            return ServiceNode(cluster, ns, Unknown);
        }

        var workloadKnown = IsKnown(workload);
        var appKnown = IsKnown(app);
        if (!workloadKnown && !appKnown && !IsKnown(service))
        {
            return null;
        }

        if (graphType is GraphType.Workload or GraphType.Service || !appKnown)
        {
            return workloadKnown ? WorkloadNode(cluster, ns, workload, app, version) : ServiceNode(cluster, ns, IsKnown(service) ? service : Unknown);
        }

        if (graphType == GraphType.App)
        {
            return new NodeIdentity(new NodeId(NodePrefix.App, cluster, ns, app, null), NodeType.App, cluster, ns, "", app, "", "");
        }

        var id = workloadKnown ? new NodeId(NodePrefix.VersionedApp, cluster, ns, workload, null)
            : IsKnownVersion(version) ? new NodeId(NodePrefix.VersionedApp, cluster, ns, app, version)
            : new NodeId(NodePrefix.App, cluster, ns, app, null);
        return new NodeIdentity(id, NodeType.App, cluster, ns, workload, app, version, "");
    }

    public static NodeIdentity ServiceNode(string cluster, string ns, string service) =>
        new(new NodeId(NodePrefix.Service, cluster, ns, service, null), NodeType.Service, cluster, ns, "", "", "", service);

    public TrafficNode ToNode() => new()
    {
        Id = Id,
        Type = Type,
        Cluster = Cluster,
        Namespace = Namespace,
        Workload = Workload,
        App = App,
        Version = Version,
        Service = Service,
    };

    private static NodeIdentity WorkloadNode(string cluster, string ns, string workload, string app, string version) => new(
        new NodeId(NodePrefix.Workload, cluster, ns, workload, null),
        NodeType.Workload,
        cluster,
        ns,
        workload,
        app == Unknown ? "" : app,
        version == Unknown ? "" : version,
        "");
}
