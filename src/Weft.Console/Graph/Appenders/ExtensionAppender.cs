using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;

namespace Weft.Console.Graph.Appenders;

/// <summary>
/// Adds the traffic of configured extensions (a network beside the mesh, as Skupper's), which report it in metrics of their own (<c>kiali_ext_*</c>) whatever
/// namespaces are asked for. Its nodes are services; where it leaves the mesh, at a root, it begins at the node that the graph has of that name.
/// </summary>
internal sealed class ExtensionAppender : IAppender
{
    private const string UrlAnnotation = "extension.kiali.io/ui-url";

    public bool IsWanted(GraphOptions options) => !options.Extensions.IsEmpty;

    public void Apply(GraphContext context)
    {
        // Both sides may report the same.
        var seen = new HashSet<ExtensionTraffic>();
        foreach (var (query, vector) in context.AnswersOf(TelemetryKind.Extension))
        {
            for (var i = 0; i < vector.Count; i++)
            {
                if (!double.IsNaN(vector[i].Value) && ExtensionTraffic.Read(query, vector[i], context.Options) is { } traffic && seen.Add(traffic))
                {
                    Add(context, traffic, vector[i].Value);
                }
            }
        }
    }

    private static void Add(GraphContext context, ExtensionTraffic traffic, double rate)
    {
        if (NodeOf(context, traffic.Source, traffic.FromRoot) is not { } source || NodeOf(context, traffic.Destination, isRoot: false) is not { } target)
        {
            return;
        }

        var url = traffic.FromRoot ? UrlOf(context, source, traffic.Extension) : null;
        Mark(source, traffic.Extension, url);
        Mark(target, traffic.Extension, url);
        var isNew = source.FindEdge(target.Id, traffic.Protocol) is null;
        var edge = source.EdgeTo(target, traffic.Protocol);
        if (isNew && traffic.IsSecure)
        {
            edge.SecuredRate = edge.MutualTlsRate = 1;
        }

        if (rate > 0)
        {
            edge.Rates.Add(traffic.Protocol, rate, traffic.Code);
            edge.Responses.Add(traffic.Code, traffic.Flags, traffic.Destination.Name, rate);
            source.Outbound(traffic.Protocol) += rate;
            target.Inbound(traffic.Protocol).Add(traffic.Protocol, rate, traffic.Code);
        }
    }

    private static TrafficNode? NodeOf(GraphContext context, ExtensionPeer peer, bool isRoot)
    {
        if (NodeIdentity.Of(context.Options.GraphType, peer.Cluster, peer.Namespace, peer.Name, "", "", "", "") is not { } identity)
        {
            return null;
        }

        return context.Map.Find(identity.Id) ?? (isRoot ? RootOf(context.Map, peer) : null) ?? context.Map.GetOrAdd(identity);
    }

    /// <summary>The node of that name, of that cluster if there is one; of several the first in order.</summary>
    private static TrafficNode? RootOf(TrafficMap map, ExtensionPeer peer) => map.Nodes.Values
        .Where(node => node.Namespace == peer.Namespace && (node.Service == peer.Name || node.App == peer.Name || node.Workload == peer.Name))
        .OrderBy(node => node.Cluster == peer.Cluster ? 0 : 1)
        .ThenBy(node => node.Id.ToString(), StringComparer.Ordinal)
        .FirstOrDefault();

    private static void Mark(TrafficNode node, string extension, string? url) => node.Extension = new ExtensionNode(extension, url ?? node.Extension?.Url ?? "");

    /// <summary>Where the extension has pages of its own, as the root's service says, or one that is named after the extension.</summary>
    private static string? UrlOf(GraphContext context, TrafficNode root, string extension)
    {
        var ns = context.FindNamespace(root);
        return new[] { root.Service.Length > 0 ? root.Service : root.App, extension }
            .Select(name => ns?.Services.GetValueOrDefault(name)?.Annotations.GetValueOrDefault(UrlAnnotation))
            .FirstOrDefault(url => url is not null);
    }

    private readonly record struct ExtensionPeer(string Cluster, string Namespace, string Name);

    private readonly record struct ExtensionTraffic(
        string Extension, string Metric, ExtensionPeer Source, bool FromRoot, ExtensionPeer Destination, Protocol Protocol, string Code, string Flags)
    {
        public bool IsSecure { get; private init; }

        // Who is the same by both sides need not be called secure by both.
        public bool Equals(ExtensionTraffic other) =>
            (Extension, Metric, Source, Destination, Protocol, Code, Flags) == (other.Extension, other.Metric, other.Source, other.Destination, other.Protocol, other.Code, other.Flags);

        public override int GetHashCode() => HashCode.Combine(Metric, Source, Destination, Protocol, Code);

        /// <summary>Null when a label is missing, or the protocol is not asked for.</summary>
        public static ExtensionTraffic? Read(GraphQuery query, in TelemetrySample sample, GraphOptions options)
        {
            if (query.Extension is not { } extension
                || sample[TelemetryLabel.SourceCluster] is not { } sourceCluster
                || sample[TelemetryLabel.ExtensionSourceNamespace] is not { } sourceNamespace
                || sample[TelemetryLabel.ExtensionSourceName] is not { } sourceName
                || sample[TelemetryLabel.ExtensionSourceIsRoot] is not { } isRoot
                || sample[TelemetryLabel.ExtensionDestinationCluster] is not { } cluster
                || sample[TelemetryLabel.ExtensionDestinationNamespace] is not { } ns
                || sample[TelemetryLabel.ExtensionDestinationName] is not { } name
                || ProtocolOf(query, sample, options) is not { } protocol)
            {
                return null;
            }

            return new ExtensionTraffic(
                extension,
                query.Metric,
                new ExtensionPeer(sourceCluster, sourceNamespace, sourceName),
                isRoot == "true",
                new ExtensionPeer(cluster, ns, name),
                protocol,
                protocol == Protocol.Tcp ? "-" : sample[TelemetryLabel.ExtensionStatusCode] ?? "",
                sample[TelemetryLabel.ExtensionFlags] ?? "")
            {
                IsSecure = sample[TelemetryLabel.ExtensionSecure] == "true",
            };
        }

        private static Protocol? ProtocolOf(GraphQuery query, in TelemetrySample sample, GraphOptions options)
        {
            if (query.Metric != GraphQueryPlan.ExtensionRequests)
            {
                return Protocol.Tcp;
            }

            return sample[TelemetryLabel.ExtensionStatusCode] is null ? null : Protocols.Parse(sample[TelemetryLabel.ExtensionProtocol]) switch
            {
                Protocol.Http when options.HttpRate == HttpRate.Requests => Protocol.Http,
                Protocol.Grpc when options.GrpcRate == GrpcRate.Requests => Protocol.Grpc,
                _ => null,
            };
        }
    }
}
