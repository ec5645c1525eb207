using Weft.Proxy.Clusters;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>
/// istio.metadata_exchange: proxies tell each other who they are in x-envoy-peer-metadata(-id). The client's proxy asks on the request,
/// the server's answers only who asked, and both take the headers off before the application sees them.
/// </summary>
internal sealed class MetadataExchangeFilter(bool isOutbound) : HttpFilter
{
    public const string MetadataHeader = "x-envoy-peer-metadata";
    public const string IdHeader = "x-envoy-peer-metadata-id";

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        var headers = exchange.RequestHeaders;
        if (!isOutbound && headers.TryGetValue(IdHeader, out var id))
        {
            exchange.PeerAsksForMetadata = true;
            exchange.Peer = exchange.Proxy.Peers.Resolve(id.ToString(), headers[MetadataHeader].ToString());
        }

        headers.Remove(MetadataHeader);
        headers.Remove(IdHeader);
        return ValueTask.FromResult(FilterVerdict.Continue);
    }

    /// <summary>Called by the router when the cluster is known: nothing is told to hosts outside the mesh.</summary>
    public static void AddToUpstream(HttpExchange exchange, ClusterModel cluster)
    {
        if (cluster.IsExternal)
        {
            return;
        }

        exchange.RequestHeaders[IdHeader] = exchange.Proxy.Node.Id;
        exchange.RequestHeaders[MetadataHeader] = exchange.Proxy.Node.PeerMetadataHeader;
    }

    public override void OnResponse(HttpExchange exchange)
    {
        var headers = exchange.ResponseHeaders;
        if (isOutbound && headers.TryGetValue(IdHeader, out var id))
        {
            exchange.Peer = exchange.Proxy.Peers.Resolve(id.ToString(), headers[MetadataHeader].ToString()) ?? exchange.Peer;
        }

        headers.Remove(MetadataHeader);
        headers.Remove(IdHeader);
        if (!isOutbound && exchange.PeerAsksForMetadata)
        {
            headers[IdHeader] = exchange.Proxy.Node.Id;
            headers[MetadataHeader] = exchange.Proxy.Node.PeerMetadataHeader;
        }
    }
}
