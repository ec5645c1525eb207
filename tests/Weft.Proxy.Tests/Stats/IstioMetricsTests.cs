using System.Text;
using System.Text.RegularExpressions;

namespace Weft.Proxy.Stats;

public sealed class IstioMetricsTests
{
    private static readonly WorkloadIdentity Local = WorkloadIdentity.Unknown with { Workload = "alpha-v1", App = "", Version = "" };

    [Fact]
    public void Labels_stand_in_the_order_of_istio_stats_and_local_blanks_stay_blank()
    {
        var series = new IstioMetrics(Local, _ => HistogramBounds.Default).SeriesOf(Key("beta.demo"));

        Assert.Equal(
            ["reporter", "source_workload", "source_canonical_service", "source_canonical_revision", "source_workload_namespace", "source_principal", "source_app",
             "source_version", "source_cluster", "destination_workload", "destination_workload_namespace", "destination_principal", "destination_app", "destination_version",
             "destination_service", "destination_canonical_service", "destination_canonical_revision", "destination_service_name", "destination_service_namespace",
             "destination_cluster", "request_protocol", "response_code", "grpc_response_status", "response_flags", "connection_security_policy"],
            Regex.Matches(series.Labels, "([a-z_]+)=\"").Select(match => match.Groups[1].Value));
        Assert.Contains("source_app=\"\"", series.Labels);
        Assert.Contains("destination_app=\"unknown\"", series.Labels);
        Assert.Contains("destination_canonical_revision=\"latest\"", series.Labels);
    }

    [Fact]
    public void Equal_traffic_shares_its_series()
    {
        var metrics = new IstioMetrics(Local, _ => HistogramBounds.Default);

        Assert.Same(metrics.SeriesOf(Key("beta.demo")), metrics.SeriesOf(Key("beta.demo")));
        Assert.NotSame(metrics.SeriesOf(Key("beta.demo")), metrics.SeriesOf(Key("gamma.demo")));
    }

    [Fact]
    public void Hostile_host_names_cannot_fill_the_memory()
    {
        var metrics = new IstioMetrics(Local, _ => HistogramBounds.Default);
        for (var number = 0; number < IstioMetrics.MaxSeries + 10; number++)
        {
            metrics.SeriesOf(Key($"host{number}")).Requests.Increment();
        }

        Assert.Equal(IstioMetrics.MaxSeries + 1, metrics.Requests.Count());
    }

    [Fact]
    public void A_histogram_is_exposed_cumulatively_with_its_sum_and_count()
    {
        var histogram = new Histogram(HistogramBounds.Default);
        foreach (var value in (long[])[0, 1, 7, 10_000_000])
        {
            histogram.Record(value);
        }

        var text = new StringBuilder();
        PrometheusText.AppendHistogram(text, "h", "a=\"b\"", histogram);

        Assert.Contains("h_bucket{a=\"b\",le=\"0.5\"} 1\n", text.ToString());
        Assert.Contains("h_bucket{a=\"b\",le=\"1\"} 2\n", text.ToString());
        Assert.Contains("h_bucket{a=\"b\",le=\"10\"} 3\n", text.ToString());
        Assert.Contains("h_bucket{a=\"b\",le=\"3600000\"} 3\n", text.ToString());
        Assert.EndsWith("h_bucket{a=\"b\",le=\"+Inf\"} 4\nh_sum{a=\"b\"} 10000008\nh_count{a=\"b\"} 4\n", text.ToString());
    }

    // As Istio's bootstrap turns the annotation into histogram_bucket_settings.
    [Theory]
    [InlineData("""{"istiocustom":[10,1,5]}""", "1 5 10", "1 5 10")]
    [InlineData("""{"istiocustom.istio_request_bytes":[100.5],"istiocustom":[7,7,0,-1]}""", "7", "100.5")]
    [InlineData("""{"cluster.xds-grpc":[1]}""", null, null)]
    [InlineData("""{"istiocustom":[]}""", null, null)]
    [InlineData("""{"istiocustom":"no"}""", null, null)]
    [InlineData("[1]", null, null)]
    [InlineData("no JSON", null, null)]
    public void Buckets_are_those_of_the_annotation_where_it_names_the_metric(string annotation, string? durations, string? bytes)
    {
        var bounds = HistogramBounds.Of(new() { ["ANNOTATIONS"] = new System.Text.Json.Nodes.JsonObject { ["sidecar.istio.io/statsHistogramBuckets"] = annotation } });
        var series = new IstioMetrics(Local, bounds).SeriesOf(Key("beta.demo"));
        var usual = string.Join(' ', HistogramBounds.Default.Labels);
        series.Duration.Record(6);
        var text = new StringBuilder();
        PrometheusText.AppendHistogram(text, "h", "a=\"b\"", series.Duration);

        Assert.Equal((durations ?? usual, bytes ?? usual), (string.Join(' ', series.Duration.Bounds.Labels), string.Join(' ', series.RequestBytes.Bounds.Labels)));
        Assert.Equal(series.Duration.Bounds.Values.Length + 3, text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.EndsWith("h_sum{a=\"b\"} 6\nh_count{a=\"b\"} 1\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        var text = new StringBuilder();

        PrometheusText.AppendEscaped(text, "a\"b\\c\nd");

        Assert.Equal("a\\\"b\\\\c\\nd", text.ToString());
    }

    private static RequestSeriesKey Key(string service) => new(
        new TrafficParties(true, WorkloadIdentity.Unknown, "unknown", "unknown", service, "beta", "demo", "unknown"), "http", 200, "", "-");
}
