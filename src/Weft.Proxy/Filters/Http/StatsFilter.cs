using Weft.Proxy.Clusters;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Routing;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Filters.Http;

/// <summary>istio.stats: Istio's standard metrics of HTTP traffic, recorded when a request is over; messages of gRPC while it goes on.</summary>
internal sealed class StatsFilter(IstioStatsModel config, bool isOutbound) : HttpFilter
{
    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        if (exchange is { RequestMessages: not null, MessageReport: null })
        {
            exchange.MessageReport = new MessageReport(exchange, MessagesOf);
            exchange.MessageReport.Start(config.ReportingInterval);
        }

        return ValueTask.FromResult(FilterVerdict.Continue);
    }

    public override void OnComplete(HttpExchange exchange)
    {
        var key = new RequestSeriesKey(
            Parties(exchange), exchange.IsGrpc ? "grpc" : "http", exchange.ResponseCode, exchange.GrpcStatus, ResponseFlagText.Of(exchange.Flags));
        var metrics = exchange.Proxy.Metrics;
        var series = config.Rules is { } rules ? metrics.SeriesOf(key, rules, rules.Values(exchange)) : metrics.SeriesOf(key);
        series.Requests.Increment();
        series.Duration.Record((long)exchange.Timing.Ended!.Value.TotalMilliseconds);
        series.RequestBytes.Record(exchange.RequestHeaderBytes + exchange.RequestBodyBytes);
        series.ResponseBytes.Record(exchange.ResponseHeaderBytes + exchange.ResponseBodyBytes);
        exchange.MessageReport?.Dispose();
        exchange.MessageReport?.Report();
    }

    private MessageSeries MessagesOf(HttpExchange exchange)
    {
        var metrics = exchange.Proxy.Metrics;
        return config.Rules is { } rules ? metrics.MessagesOf(Parties(exchange), rules, rules.Values(exchange)) : metrics.MessagesOf(Parties(exchange));
    }

    private TrafficParties Parties(HttpExchange exchange)
    {
        var tls = isOutbound ? exchange.UpstreamConnection?.Tls : exchange.Connection.Tls;
        var host = config.UsesHostHeader && isOutbound ? exchange.Authority : null;
        return TrafficPartiesOf.Traffic(
            exchange.Proxy.Node.Workload,
            isOutbound,
            exchange.Peer ?? (isOutbound ? exchange.Endpoint?.Workload : null),
            tls,
            ClusterOf(exchange),
            exchange.ClusterName,
            exchange.Route?.Name ?? "",
            host);
    }
    // Envoy's stream knows the cluster of its route before any filter answers: what a fault aborts counts for the Service that was called.
    private static ClusterModel? ClusterOf(HttpExchange exchange) =>
        exchange.Cluster
        ?? (exchange.Route?.Action is ForwardAction { ClusterHeader: null } forward
            ? exchange.Config.Clusters.GetValueOrDefault(forward.Clusters.Pick(Random.Shared.NextDouble()).Name)
            : null);
}
