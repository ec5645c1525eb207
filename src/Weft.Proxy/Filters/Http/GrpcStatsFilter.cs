using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>envoy.filters.http.grpc_stats: counts the messages of gRPC streams for istio.stats.</summary>
internal sealed class GrpcStatsFilter : HttpFilter
{
    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        if (exchange.IsGrpc)
        {
            exchange.RequestMessages = new GrpcMessageCounter();
            exchange.ResponseMessages = new GrpcMessageCounter();
        }

        return ValueTask.FromResult(FilterVerdict.Continue);
    }
}
