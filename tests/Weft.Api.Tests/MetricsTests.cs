using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Weft.Api.Metrics;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>What the recorded answers do not say of metrics.</summary>
public sealed class MetricsTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    private const string Range = "duration=300&step=30&rateInterval=60s&queryTime=1795234400";

    [Theory]
    [InlineData("filters[]=request_count&filters[]=request_size", "filters=request_count,request_size")]
    [InlineData("filters[]=request_count&byLabels[]=response_code&byLabels[]=response_flags", "filters=request_count&byLabels=response_code,response_flags")]
    [InlineData("filters[]=request_size&quantiles[]=0.5&quantiles[]=0.99", "filters=request_size&quantiles=0.5,0.99")]
    public async Task Lists_are_read_in_both_of_their_forms(string bracket, string bare)
    {
        var url = $"/api/namespaces/bookinfo/workloads/reviews-v3/metrics?{Range}&direction=inbound&";
        var expected = await GetAsync(url + bracket);
        Assert.NotEmpty(expected.AsObject());
        Assert.True(JsonNode.DeepEquals(expected, await GetAsync(url + bare)));
    }

    [Theory]
    [InlineData("byLabels=a%22%7D")]
    [InlineData("byLabels[]=1st")]
    [InlineData("quantiles=NaN")]
    [InlineData("step=0")]
    [InlineData("step=-5")]
    [InlineData("duration=99999999&step=1")]
    [InlineData("rateInterval=0s")]
    [InlineData("queryTime=99999999999999999")]
    public async Task What_would_break_a_query_is_refused(string parameter) =>
        Assert.NotEmpty((await GetAsync($"/api/namespaces/bookinfo/workloads/reviews-v3/metrics?{parameter}", HttpStatusCode.BadRequest))["error"]!.GetValue<string>());

    [Theory]
    [InlineData("workloads/reviews-v3/metrics?quantiles[]=1.5", "bad request, invalid quantile(s): should be between 0 and 1")]
    [InlineData("workloads/reviews-v3/metrics?direction=bad&reporter=bad&step=x", "bad request, query parameter 'direction' must be either 'inbound' or 'outbound'")]
    [InlineData("workloads/reviews-v3/metrics?rateInterval=x&step=x", "bad request, cannot parse query parameter 'step'")]
    [InlineData("aggregates/request_operation/x/metrics?direction=bad", "bad request, query parameter 'direction' must be either 'inbound' or 'outbound'")]
    [InlineData("aggregates/request_operation/x/metrics?reporter=destination", "AggregateMetrics 'direction' must be 'inbound' as the metrics are associated with inbound traffic to the destination workload.")]
    public async Task A_fault_is_told_in_the_words_and_the_order_of_Kiali(string path, string message) =>
        Assert.Equal(message, (await GetAsync($"/api/namespaces/bookinfo/{path}", HttpStatusCode.BadRequest))["error"]!.GetValue<string>());

    [Theory]
    [InlineData("duration=-10")]
    [InlineData("avg=True")]
    [InlineData("duration=300&duration=x&reporter=source&reporter=bad")]
    public async Task What_Kiali_accepts_is_accepted(string parameters) =>
        Assert.NotEmpty((await GetAsync($"/api/namespaces/bookinfo/workloads/reviews-v3/metrics?queryTime=1795234400&filters=request_count&{parameters}")).AsObject());

    [Theory]
    // The namespace is of 03:58:15.
    [InlineData(1795234400, "60s", 1795233555, 60)]
    [InlineData(1795233600, "10m", 1795233600, 105)]
    public void A_range_begins_where_an_interval_of_the_namespaces_life_is_over(long end, string interval, long start, long seconds)
    {
        var query = new QueryCollection(QueryHelpers.ParseQuery($"?queryTime={end}&duration=86400&step=15&rateInterval={interval}"));
        var options = MetricsQuery.Parse(query, RecordedCluster.Inventory.FindNamespace("bookinfo"), DateTimeOffset.UnixEpoch);
        Assert.Equal((start, seconds), (options.Range.Start.ToUnixTimeSeconds(), (long)options.RateInterval.TotalSeconds));
    }

    [Fact]
    public async Task Values_are_quoted()
    {
        var metrics = await GetAsync($"/api/namespaces/bookinfo/workloads/x%22%7D/metrics?{Range}&requestProtocol=a%22b");
        Assert.All(metrics.AsObject(), metric => Assert.Null(metric.Value));
    }

    [Fact]
    public async Task Outbound_traffic_of_a_service_is_what_its_callers_send()
    {
        var metrics = await GetAsync($"/api/namespaces/bookinfo/services/details/metrics?{Range}&filters=request_count&byLabels=destination_service_name");
        Assert.Equal("details", Assert.Single(metrics["request_count"]!.AsArray())!["labels"]!["destination_service_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_host_outside_the_mesh_has_metrics() =>
        Assert.NotEmpty((await GetAsync($"/api/namespaces/bookinfo/services/www.googleapis.com/metrics?{Range}&filters=request_count"))["request_count"]!.AsArray());

    [Fact]
    public async Task The_overview_names_the_most_faulty_services_first()
    {
        var services = (await GetAsync("/api/overview/metrics/services/rates"))["services"]!.AsArray();
        Assert.Equal(["httpbin.org", "ratings", "stock", "www.googleapis.com", "reviews", "productpage"], services.Select(service => service!["serviceName"]!.GetValue<string>()));
        Assert.Equal(0.2, services[0]!["errorRate"]!.GetValue<double>(), 6);
        Assert.Equal("Failure", services[0]!["healthStatus"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("latency", "latency", 720.842)]
    [InlineData("throughput", "tcpRate", 2000)]
    public async Task The_overview_names_the_slowest_and_the_busiest(string list, string field, double first)
    {
        var services = (await GetAsync($"/api/overview/metrics/services/{list}"))["services"]!.AsArray();
        Assert.Equal(first, services[0]![field]!.GetValue<double>(), 1);
    }

    [Fact]
    public async Task The_overview_has_every_app()
    {
        var apps = (await GetAsync("/api/overview/metrics/apps/rates"))["apps"]!.AsArray();
        Assert.Equal("productpage", apps[0]!["appName"]!.GetValue<string>());
        Assert.Equal(12, apps[0]!["requestRateIn"]!.GetValue<double>(), 6);
        Assert.Contains(apps, app => app!["appName"]!.GetValue<string>() == "scaled-down");
    }

    [Fact]
    public async Task Too_many_statistics_are_refused()
    {
        using var body = new StringContent($$"""{"queries":[{{string.Join(',', Enumerable.Repeat("{}", 201))}}]}""");
        using var response = await world.Client.PostAsync(new Uri("/api/stats/metrics", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_bad_question_among_good_ones_is_a_warning()
    {
        const string Good = """{"target":{"namespace":"bookinfo","name":"reviews","kind":"app"},"direction":"inbound","interval":"5m","avg":true,"queryTime":1795234400}""";
        using var body = new StringContent($$"""{"queries":[{{Good}},{"target":{"namespace":"bookinfo","name":"reviews","kind":"app"},"direction":"sideways","interval":"5m","avg":true}]}""");
        using var response = await world.Client.PostAsync(new Uri("/api/stats/metrics", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.NotEmpty(answer["stats"]!["bookinfo:app:reviews::inbound:5m:destination"]!["responseTimes"]!.AsArray());
        Assert.Equal(["bad request: 'direction' must be either 'inbound' or 'outbound'"], answer["warnings"]!.AsArray().Select(warning => warning!.ToString()));
    }

    [Fact]
    public async Task There_is_a_dashboard_for_dotnet()
    {
        var dashboard = await GetAsync($"/api/namespaces/bookinfo/customdashboard/dotnet?{Range}&labelsFilters=app:reviews");
        Assert.Equal(".NET Metrics", dashboard["title"]!.GetValue<string>());
        Assert.All(dashboard["charts"]!.AsArray(), chart => Assert.Equal("", chart!["error"]!.GetValue<string>()));
    }

    private async Task<JsonNode> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await world.Client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
