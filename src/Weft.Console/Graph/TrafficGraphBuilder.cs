using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Weft.Console.Graph.Appenders;
using Weft.Console.Graph.Model;

namespace Weft.Console.Graph;

/// <summary>Freezes a finished map into a <see cref="TrafficGraph"/>.</summary>
internal static class TrafficGraphBuilder
{
    public static TrafficGraph Build(GraphContext context, IdHashes hashes) => new()
    {
        Timestamp = context.Options.QueryTime,
        Duration = context.Options.Duration,
        GraphType = context.Options.GraphType,
        Nodes = [.. Boxes(context.Boxes, hashes.OfNode), .. Sorted(context.Map).Select(Freezer(hashes.OfNode, new RateList()))],
        Edges = Edges(context.Map, hashes),
    };

    private static IEnumerable<GraphNode> Boxes(List<GraphBox> boxes, Func<NodeId, string> hash) => boxes
        .Select(box => new GraphNode
        {
            Id = hash(box.Id),
            Parent = box.Parent is null ? null : hash(box.Parent.Id),
            Type = NodeType.Box,
            Box = box.Kind,
            Cluster = box.Id.Cluster,
            Namespace = box.Id.Namespace,
            App = box.Id.Name,
            Marks = box.Marks,
            Health = box.Health,
        })
        .OrderBy(node => node.Box switch { BoxBy.Cluster => 0, BoxBy.Namespace => 1, _ => 2 })
        .ThenBy(node => node.Cluster, StringComparer.Ordinal)
        .ThenBy(node => node.Namespace, StringComparer.Ordinal)
        .ThenBy(node => node.App, StringComparer.Ordinal);

    private static TrafficNode[] Sorted(TrafficMap map)
    {
        var nodes = map.Nodes.Values.ToArray();
        Array.Sort(nodes, static (one, other) =>
            string.CompareOrdinal(one.Cluster, other.Cluster) is var byCluster and not 0 ? byCluster
            : string.CompareOrdinal(one.Namespace, other.Namespace) is var byNamespace and not 0 ? byNamespace
            : string.CompareOrdinal(one.App, other.App) is var byApp and not 0 ? byApp
            : string.CompareOrdinal(one.Version, other.Version) is var byVersion and not 0 ? byVersion
            : string.CompareOrdinal(one.Service, other.Service) is var byService and not 0 ? byService
            : string.CompareOrdinal(one.Workload, other.Workload) is var byWorkload and not 0 ? byWorkload
            : string.CompareOrdinal(one.Aggregate, other.Aggregate) is var byAggregate and not 0 ? byAggregate
            : one.Id.Prefix.CompareTo(other.Id.Prefix));
        return nodes;
    }

    private static Func<TrafficNode, GraphNode> Freezer(Func<NodeId, string> hash, RateList rates) => node => new GraphNode
    {
        Id = node.Hash ??= hash(node.Id),
        Parent = node.Parent is null ? null : hash(node.Parent.Id),
        Type = node.Type,
        Cluster = node.Cluster,
        Namespace = node.Namespace,
        Workload = node.Workload,
        App = node.App,
        Version = node.Version,
        Service = node.Service,
        Aggregate = node.Aggregate,
        Marks = node.Marks,
        DestinationServices = [.. node.DestinationServices],
        Labels = node.Labels,
        Traffic = TrafficOf(node, rates),
        Health = node.Health,
        VirtualServiceHosts = node.VirtualServiceHosts,
        WorkloadEntries = node.WorkloadEntries,
        ServiceEntry = node.ServiceEntry,
        Gateway = node.Gateway,
        Extension = node.Extension,
    };

    private static ImmutableArray<GraphEdge> Edges(TrafficMap map, IdHashes hashes)
    {
        var rates = new RateList();
        var edges = map.Edges.Select(edge => EdgeOf(edge, hashes, rates)).ToArray();
        Array.Sort(edges, static (one, other) =>
            string.CompareOrdinal(one.Source, other.Source) is var bySource and not 0 ? bySource
            : string.CompareOrdinal(one.Target, other.Target) is var byTarget and not 0 ? byTarget
            : string.CompareOrdinal(one.Traffic.Protocol.Name(), other.Traffic.Protocol.Name()));
        return ImmutableCollectionsMarshal.AsImmutableArray(edges);
    }

    private static GraphEdge EdgeOf(TrafficEdge edge, IdHashes hashes, RateList rates)
    {
        var source = edge.Source.Hash ??= hashes.OfNode(edge.Source.Id);
        var target = edge.Target.Hash ??= hashes.OfNode(edge.Target.Id);
        return new GraphEdge
        {
            Id = hashes.OfEdge(source, target, edge.Protocol),
            Source = source,
            Target = target,
            Traffic = new ProtocolTraffic(edge.Protocol, RatesOf(edge, rates), ResponsesOf(edge)),
            HealthStatus = edge.HealthStatus,
            MutualTls = edge.MutualTlsRate > 0 ? RateText.Whole(100 * edge.MutualTlsRate / edge.SecuredRate) : null,
            ResponseTime = edge.ResponseTime is { } time and > 0 ? RateText.Whole(time) : null,
            Throughput = edge.Throughput > 0 ? RateText.Whole(edge.Throughput) : null,
            SourcePrincipal = edge.SourcePrincipal,
            DestinationPrincipal = edge.DestinationPrincipal,
            Waypoint = edge.Waypoint,
            Returning = edge.Returning is { } returning ? EdgeOf(returning, hashes, rates) : null,
        };
    }

    private static ImmutableArray<ProtocolTraffic> TrafficOf(TrafficNode node, RateList rates)
    {
        var traffic = ImmutableArray.CreateBuilder<ProtocolTraffic>(Protocols.Count);
        AddTraffic(Protocol.Grpc);
        AddTraffic(Protocol.Http);
        AddTraffic(Protocol.Tcp);
        return traffic.ToImmutable();

        void AddTraffic(Protocol protocol)
        {
            ref var inbound = ref node.Inbound(protocol);
            switch (protocol)
            {
                case Protocol.Http:
                    rates.Add("httpIn", inbound.Total).Add("httpIn3xx", inbound.Redirected).Add("httpIn4xx", inbound.ClientError)
                        .Add("httpIn5xx", inbound.ServerError).Add("httpInNoResponse", inbound.NoResponse).Add("httpOut", node.Outbound(protocol));
                    break;
                case Protocol.Grpc:
                    rates.Add("grpcIn", inbound.Total).Add("grpcInErr", inbound.GrpcError).Add("grpcInNoResponse", inbound.NoResponse).Add("grpcOut", node.Outbound(protocol));
                    break;
                default:
                    rates.Add("tcpIn", inbound.Total).Add("tcpOut", node.Outbound(protocol));
                    break;
            }

            if (rates.Count > 0)
            {
                traffic.Add(new ProtocolTraffic(protocol, rates.Take(), []));
            }
        }
    }

    private static ImmutableArray<KeyValuePair<string, string>> RatesOf(TrafficEdge edge, RateList list)
    {
        ref var rates = ref edge.Rates;
        if (rates.Total <= 0)
        {
            return [];
        }

        var percentError = rates.Errors / rates.Total * 100;
        var sourceTotal = edge.Source.Outbound(edge.Protocol);
        var percentRequests = sourceTotal > 0 ? rates.Total / sourceTotal * 100 : 0;
        return edge.Protocol switch
        {
            Protocol.Http => list.Add("http", rates.Total).Add("http3xx", rates.Redirected).Add("http4xx", rates.ClientError)
                .Add("http5xx", rates.ServerError).Add("httpNoResponse", rates.NoResponse)
                .AddPercent("httpPercentErr", percentError).AddPercent("httpPercentReq", percentRequests).Take(),
            Protocol.Grpc => list.Add("grpc", rates.Total).Add("grpcErr", rates.GrpcError).Add("grpcNoResponse", rates.NoResponse)
                .AddPercent("grpcPercentErr", percentError).AddPercent("grpcPercentReq", percentRequests).Take(),
            _ => list.Add("tcp", rates.Total).Take(),
        };
    }

    private static ImmutableArray<ResponseShare> ResponsesOf(TrafficEdge edge)
    {
        var responses = edge.Responses;
        var total = edge.Rates.Total;
        var shares = new ResponseShare[responses.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            var (code, tally) = (responses.CodeAt(i), responses.At(i));
            shares[i] = new ResponseShare(code.Length == 0 ? "-" : code, Shares(tally.Flags, total), Shares(tally.Hosts, total));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(shares);
    }

    private static ImmutableArray<KeyValuePair<string, string>> Shares(in SmallMap<double> rates, double total)
    {
        var shares = new KeyValuePair<string, string>[rates.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = KeyValuePair.Create(rates.KeyAt(i), RateText.Percent(rates.ValueAt(i) / total * 100));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(shares);
    }

    /// <summary>Collects the rates of one object after the other.</summary>
    private sealed class RateList
    {
        private readonly List<KeyValuePair<string, string>> _rates = [];

        public int Count => _rates.Count;

        public RateList Add(string name, double rate) => rate > 0 ? Add(name, RateText.Rate(rate)) : this;

        public RateList AddPercent(string name, double percent) => percent > 0 ? Add(name, RateText.Percent(percent)) : this;

        /// <summary>What was collected; the list is empty again.</summary>
        public ImmutableArray<KeyValuePair<string, string>> Take()
        {
            ImmutableArray<KeyValuePair<string, string>> rates = [.. _rates];
            _rates.Clear();
            return rates;
        }

        private RateList Add(string name, string text)
        {
            _rates.Add(KeyValuePair.Create(name, text));
            return this;
        }
    }
}
