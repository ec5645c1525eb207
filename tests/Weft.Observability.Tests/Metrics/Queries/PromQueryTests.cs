namespace Weft.Observability.Metrics.Queries;

public sealed class PromQueryTests
{
    [Fact]
    public void A_graph_query_reads_as_Kiali_writes_it()
    {
        var selector = new MetricSelector(MeshMetrics.Requests)
            .OneOf(MeshLabels.Reporter, "waypoint", "source")
            .NotEqual(MeshLabels.SourceWorkloadNamespace, "shop")
            .Matches(MeshLabels.DestinationService, @"^.+\.shop\..+$");

        var query = PromQuery.Rate(selector.Over(TimeSpan.FromMinutes(10))).Sum(MeshLabels.SourceCluster, MeshLabels.ResponseCode).Above(0).RoundTo(0.001);

        Assert.Equal(
            """round(sum(rate(istio_requests_total{reporter=~"waypoint|source",source_workload_namespace!="shop",destination_service=~"^.+\\.shop\\..+$"}[10m])) by (source_cluster,response_code) > 0,0.001)""",
            query.Text);
    }

    [Fact]
    public void Values_cannot_break_out_of_their_quotes() =>
        Assert.Equal("""m{a="x\"} or up{\n",b=~"a\\.b|c"}""", new MetricSelector("m").Equal("a", "x\"} or up{\n").OneOf("b", "a.b", "c").ToString());

    [Fact]
    public void A_quantile_wraps_summed_buckets() =>
        Assert.Equal(
            "histogram_quantile(0.95,sum(rate(istio_request_bytes_bucket[1m])) by (le))",
            PromQuery.HistogramQuantile(0.95, PromQuery.Rate(new MetricSelector(MeshMetrics.Buckets(MeshMetrics.RequestBytes)).Over(TimeSpan.FromMinutes(1))).Sum(MeshLabels.Le)).Text);
}
