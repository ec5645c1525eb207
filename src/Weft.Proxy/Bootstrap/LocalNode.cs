using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Bootstrap;

/// <summary>The proxy's own identity: as xDS node, as the workload in metrics, and as the metadata it shows to peers.</summary>
internal sealed class LocalNode
{
    private static readonly string[] SharedLabels = ["app", "app.kubernetes.io/name", "app.kubernetes.io/version", CanonicalLabels.Name, CanonicalLabels.Revision, "version"];

    public LocalNode(ProxyBootstrap bootstrap)
    {
        var metadata = JsonParser.Default.Parse<Struct>(bootstrap.Metadata.ToJsonString());
        Id = bootstrap.NodeId;
        Tracing = BootstrapTracing.Of(bootstrap.Metadata);
        Clusters = [.. ((Envoy.Config.Cluster.V3.Cluster?[])[Tracing?.Cluster, BootstrapClusters.OfAccessLogs(bootstrap.Metadata)]).OfType<Envoy.Config.Cluster.V3.Cluster>()];
        IstioVersion = Text(bootstrap.Metadata, "ISTIO_VERSION", "unknown");
        XdsNode = new Node
        {
            Id = bootstrap.NodeId,
            Cluster = bootstrap.NodeCluster,
            Metadata = metadata,
            UserAgentName = "weft",
            UserAgentBuildVersion = new BuildVersion { Version = new SemanticVersion { MajorNumber = 1, MinorNumber = 38 } },
        };
        Workload = WorkloadIdentity.FromMetadata(metadata, isLocal: true);
        PeerMetadata = SharedMetadata(metadata);
        PeerMetadataHeader = Convert.ToBase64String(PeerMetadata.ToByteArray());
    }

    public string Id { get; }

    /// <summary>Null when the proxy's own configuration names no collector.</summary>
    public BootstrapTracing? Tracing { get; }

    /// <summary>Clusters that the proxy's own configuration names.</summary>
    public IReadOnlyList<Envoy.Config.Cluster.V3.Cluster> Clusters { get; }

    public string IstioVersion { get; }

    public Node XdsNode { get; }

    public WorkloadIdentity Workload { get; }

    /// <summary>What peers are told (keys in order, so that equal metadata is equal in bytes).</summary>
    public Struct PeerMetadata { get; }

    /// <summary>The value of x-envoy-peer-metadata.</summary>
    public string PeerMetadataHeader { get; }

    private static Struct SharedMetadata(Struct metadata)
    {
        var shared = new Struct();
        foreach (var key in (string[])["AVAILABILITY_ZONE", "CLUSTER_ID", "IDENTITY", "LABELS", "NAME", "NAMESPACE", "OWNER", "REGION", "WORKLOAD_NAME"])
        {
            if (!metadata.Fields.TryGetValue(key, out var value))
            {
                continue;
            }

            shared.Fields[key] = key == "LABELS" && value.StructValue is { } labels ? Value.ForStruct(Shared(labels)) : value;
        }

        return shared;
    }

    private static Struct Shared(Struct labels)
    {
        var shared = new Struct();
        foreach (var name in SharedLabels.Where(labels.Fields.ContainsKey).Order(StringComparer.Ordinal))
        {
            shared.Fields[name] = labels.Fields[name];
        }

        return shared;
    }

    private static string Text(JsonObject metadata, string key, string absent) =>
        metadata.TryGetPropertyValue(key, out var value) && value is JsonValue text && text.TryGetValue<string>(out var result) ? result : absent;
}
