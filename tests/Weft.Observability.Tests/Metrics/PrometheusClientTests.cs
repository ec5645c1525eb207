using System.Net;

namespace Weft.Observability.Metrics;

public sealed class PrometheusClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vector_shares_label_strings_and_keeps_special_values()
    {
        var (result, request) = await AskAsync("""
            {"status":"success","data":{"resultType":"vector","result":[
              {"metric":{"__name__":"up","pod":"a\"b"},"value":[1435781451.781,"1"]},
              {"metric":{"__name__":"up","pod":"c"},"value":[1435781451.781,"+Inf"]}]},"warnings":["slow"]}
            """);

        var vector = Assert.IsType<VectorResult>(result);
        Assert.Equal(["slow"], vector.Warnings);
        Assert.Equal(LabelSet.Of(("pod", "a\"b"), ("__name__", "up")), vector.Samples[0].Labels);
        Assert.Same(vector.Samples[0].Labels.MetricName, vector.Samples[1].Labels.MetricName);
        Assert.Equal(1435781451781, vector.Samples[0].Timestamp);
        Assert.Equal(double.PositiveInfinity, vector.Samples[1].Value);
        Assert.Equal("query=up&timeout=30s&time=1.5", request);
    }

    [Fact]
    public async Task Labels_may_come_in_any_order_repeated_empty_escaped_or_not_in_ascii()
    {
        var (result, _) = await AskAsync("""
            {"data":{"result":[
              {"metric":{"pod":"a","app":"x"},"value":[1,"1"]},
              {"value":[1,"2"],"metric":{"pod":"b","app":"y"}},
              {"metric":{"app":"x","pod":"a"},"value":[1,"3"]},
              {"metric":{"pod":"a","app":""},"value":[1,"4"]},
              {"metric":{"pod":"a","pod":"c"},"value":[1,"5"]},
              {"metric":{"p\u006fd":"\u0061","app":"x"},"value":[1,"\u0036"]},
              {"metric":{"pod":"größe","größe":"größe"},"value":[1,"7"],"histogram":{"buckets":[[1]]}},
              {"metric":{"pod":"größe"},"value":[1,"8"]},
              {"metric":{},"value":[1,"9"]}],"resultType":"vector"},"status":"success"}
            """);

        var samples = Assert.IsType<VectorResult>(result).Samples;
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], samples.Select(sample => sample.Value));
        var ordered = LabelSet.Of(("app", "x"), ("pod", "a"));
        Assert.Equal(
            [
                ordered, LabelSet.Of(("app", "y"), ("pod", "b")), ordered, LabelSet.Of(("pod", "a")), LabelSet.Of(("pod", "c")), ordered,
                LabelSet.Of(("pod", "größe"), ("größe", "größe")), LabelSet.Of(("pod", "größe")), LabelSet.Empty,
            ],
            samples.Select(sample => sample.Labels));
        Assert.Equal(ordered.GetHashCode(), samples[0].Labels.GetHashCode());
        Assert.Equal([new("app", "x"), new("pod", "a")], samples[0].Labels.ToArray());
        Assert.Same(samples[6].Labels["pod"], samples[7].Labels["pod"]);
    }

    [Fact]
    public async Task A_thousand_series_of_many_labels_are_read_like_one()
    {
        var series = Enumerable.Range(0, 1000).Select(number => LabelSet.From(Enumerable.Range(0, 40).Select(label => KeyValuePair.Create($"label_{label}", $"value {number * label % 97} of a label")))).ToList();
        var rows = series.Select(labels => $"{{\"metric\":{{{string.Join(',', labels.Select(label => $"\"{label.Key}\":\"{label.Value}\""))}}},\"value\":[1,\"1\"]}}");

        var (result, _) = await AskAsync($"{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":[{string.Join(',', rows)}]}}}}");

        Assert.Equal(series, Assert.IsType<VectorResult>(result).Samples.Select(sample => sample.Labels));
    }

    [Fact]
    public async Task Scalars_strings_and_matrices_have_types_of_their_own()
    {
        Assert.Equal(new ScalarResult(1500, 2), (await AskAsync("""{"status":"success","data":{"result":[1.5,"2"],"resultType":"scalar"}}""")).Result);
        Assert.Equal(new StringResult(1000, "x"), (await AskAsync("""{"status":"success","data":{"resultType":"string","result":[1,"x"]}}""")).Result);
        var matrix = Assert.IsType<MatrixResult>((await AskAsync("""
            {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"1"],[2,"NaN"]]}]}}
            """)).Result);
        Assert.Equal([new SamplePoint(1000, 1), new SamplePoint(2000, double.NaN)], matrix.Series[0].Points);
    }

    [Theory]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"parse error"}""", MetricsQueryError.Rejected, "bad_data")]
    [InlineData(503, "<html>busy</html>", MetricsQueryError.Rejected, "")]
    [InlineData(200, "<html>", MetricsQueryError.InvalidResponse, "")]
    [InlineData(200, "", MetricsQueryError.InvalidResponse, "")]
    [InlineData(200, "{}", MetricsQueryError.Rejected, "")]
    [InlineData(200, """{"status":"success"}""", MetricsQueryError.InvalidResponse, "")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}""", MetricsQueryError.InvalidResponse, "")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":1},"value":[1,"1"]}]}}""", MetricsQueryError.InvalidResponse, "")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":{}}}""", MetricsQueryError.InvalidResponse, "")]
    [InlineData(200, """{"status":"success","data":{"resultType":"lemma","result":[]}}""", MetricsQueryError.InvalidResponse, "")]
    public async Task Whatever_goes_wrong_names_the_query(int status, string body, MetricsQueryError error, string errorType)
    {
        var failure = await Assert.ThrowsAsync<MetricsQueryException>(() => AskAsync(body, (HttpStatusCode)status));

        Assert.Equal(error, failure.Error);
        Assert.Equal(errorType, failure.ErrorType);
        Assert.Equal("up", failure.Query);
        Assert.Contains("up", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_store_is_a_timeout_and_a_cancelled_caller_is_not()
    {
        using var http = new HttpClient(new Answer(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return new HttpResponseMessage();
        }));
        var client = new PrometheusClient(http, Options() with { Timeout = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<MetricsQueryException>(() => client.QueryAsync("up", null, Cancellation));
        Assert.Equal(MetricsQueryError.Timeout, failure.Error);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.QueryAsync("up", null, new CancellationToken(true)));
    }

    [Fact]
    public async Task An_unreachable_store_and_an_oversized_answer_are_errors_of_the_query()
    {
        using var refused = new HttpClient(new Answer((_, _) => throw new HttpRequestException("refused")));
        var failure = await Assert.ThrowsAsync<MetricsQueryException>(() => new PrometheusClient(refused, Options(), TimeProvider.System).QueryAsync("up", null, Cancellation));
        Assert.Equal(MetricsQueryError.Unreachable, failure.Error);

        using var huge = new HttpClient(new Answer((_, _) => Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(new byte[5000]) })));
        failure = await Assert.ThrowsAsync<MetricsQueryException>(
            () => new PrometheusClient(huge, Options() with { MaxResponseSize = 4000 }, TimeProvider.System).QueryAsync("up", null, Cancellation));
        Assert.Equal(MetricsQueryError.InvalidResponse, failure.Error);
    }

    private static PrometheusClientOptions Options() => new() { Endpoint = new Uri("http://prometheus.test/prefix/") };

    [Fact]
    public async Task Headers_go_with_every_request()
    {
        var seen = new List<string>();
        using var http = new HttpClient(new Answer((request, _) =>
        {
            seen.Add(string.Join(',', request.Headers.GetValues("X-Scope-OrgID")));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"status":"success","data":{"resultType":"vector","result":[]}}""") });
        }));
        var client = new PrometheusClient(http, Options() with { Headers = [new("X-Scope-OrgID", "team-a")] }, TimeProvider.System);
        await client.QueryAsync("up", null, Cancellation);
        await client.QueryAsync("down", null, Cancellation);
        Assert.Equal(["team-a", "team-a"], seen);
    }

    private static async Task<(QueryResult Result, string Request)> AskAsync(string answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        var form = "";
        using var http = new HttpClient(new Answer(async (request, cancellation) =>
        {
            Assert.Equal("http://prometheus.test/prefix/api/v1/query", request.RequestUri!.AbsoluteUri);
            form = await request.Content!.ReadAsStringAsync(cancellation);
            return new HttpResponseMessage(status) { Content = new StringContent(answer) };
        }));
        var client = new PrometheusClient(http, Options(), TimeProvider.System);
        return (await client.QueryAsync("up", DateTimeOffset.FromUnixTimeMilliseconds(1500), Cancellation), form);
    }

    private sealed class Answer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
