using System.Net;
using System.Text;
using Weft.Observability.Traces.Jaeger;
using Weft.Observability.Traces.Tempo;

namespace Weft.Observability.Traces;

/// <summary>What the clients make of a backend that does not do its work.</summary>
public sealed class TraceSourceFaultTests
{
    private static readonly TraceQuery Query = new() { Service = "shop", Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch.AddDays(1) };

    public static TheoryData<string> Sources => ["jaeger", "tempo"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_dead_backend_is_unreachable(string provider)
    {
        using var http = new HttpClient();
        var source = Source(provider, http, new TraceClientOptions { Endpoint = new Uri("http://127.0.0.1:1") });
        var failure = await Assert.ThrowsAsync<TraceQueryException>(() => source.FindAsync(Query, TestContext.Current.CancellationToken));
        Assert.Equal(TraceQueryError.Unreachable, failure.Error);
        Assert.StartsWith("http://127.0.0.1:1/api/", failure.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jaeger", "<html>", TraceQueryError.InvalidResponse)]
    [InlineData("tempo", "<html>", TraceQueryError.InvalidResponse)]
    [InlineData("jaeger", "[]", TraceQueryError.InvalidResponse)]
    [InlineData("jaeger", "{\"data\":[{\"spans\":5}]}", TraceQueryError.InvalidResponse)]
    [InlineData("tempo", "{\"traces\":[{}]}", TraceQueryError.InvalidResponse)]
    [InlineData("tempo", "{\"traces\":[7]}", TraceQueryError.InvalidResponse)]
    public async Task Garbage_is_an_invalid_answer(string provider, string body, TraceQueryError error)
    {
        using var http = new HttpClient(new Answers(_ => Json(HttpStatusCode.OK, body)));
        var failure = await Assert.ThrowsAsync<TraceQueryException>(() => Source(provider, http, Somewhere).FindAsync(Query, TestContext.Current.CancellationToken));
        Assert.Equal(error, failure.Error);
    }

    [Fact]
    public async Task The_backends_own_words_are_kept()
    {
        using var http = new HttpClient(new Answers(_ => Json(HttpStatusCode.BadRequest, """{"data":null,"errors":[{"code":400,"msg":"no such thing"}]}""")));
        var failure = await Assert.ThrowsAsync<TraceQueryException>(() => Source("jaeger", http, Somewhere).FindAsync(Query, TestContext.Current.CancellationToken));
        Assert.Equal(TraceQueryError.Rejected, failure.Error);
        Assert.Equal("status 400: no such thing", failure.Reason);
    }

    [Fact]
    public async Task A_hanging_backend_times_out()
    {
        using var http = new HttpClient(new Answers(null));
        var source = Source("jaeger", http, Somewhere with { Timeout = TimeSpan.FromMilliseconds(50) });
        var failure = await Assert.ThrowsAsync<TraceQueryException>(() => source.FindAsync(Query, TestContext.Current.CancellationToken));
        Assert.Equal(TraceQueryError.Timeout, failure.Error);
    }

    [Fact]
    public async Task The_callers_cancellation_stays_one()
    {
        using var http = new HttpClient(new Answers(null));
        using var given = new CancellationTokenSource();
        var asked = Source("jaeger", http, Somewhere).FindAsync(Query, given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_large_answer_is_refused()
    {
        using var http = new HttpClient(new Answers(_ => Json(HttpStatusCode.OK, new string(' ', 10_000))));
        var failure = await Assert.ThrowsAsync<TraceQueryException>(
            () => Source("jaeger", http, Somewhere with { MaxResponseSize = 5000 }).FindAsync(Query, TestContext.Current.CancellationToken));
        Assert.Equal("the answer exceeds 5000 bytes", failure.Reason);
    }

    [Fact]
    public async Task A_short_outage_is_not_seen_and_a_long_one_is_not_asked_twice_as_often()
    {
        var asked = 0;
        using var http = new HttpClient(new Answers(_ => ++asked == 1 ? Json(HttpStatusCode.ServiceUnavailable, "") : Json(HttpStatusCode.OK, """{"data":["shop"]}""")));
        Assert.Equal(["shop"], await Source("jaeger", http, Somewhere).ServicesAsync(TestContext.Current.CancellationToken));

        var down = 0;
        using var dead = new HttpClient(new Answers(_ =>
        {
            down++;
            return Json(HttpStatusCode.ServiceUnavailable, "");
        }));
        var source = Source("jaeger", dead, Somewhere);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Assert.ThrowsAsync<TraceQueryException>(() => source.ServicesAsync(TestContext.Current.CancellationToken))));
        Assert.InRange(down, 110, 130);
    }

    private static TraceClientOptions Somewhere => new() { Endpoint = new Uri("http://tracing.invalid") };

    private static ITraceSource Source(string provider, HttpClient http, TraceClientOptions options) =>
        provider == "jaeger" ? new JaegerClient(http, options, TimeProvider.System) : new TempoClient(http, options, TimeProvider.System);

    private static HttpResponseMessage Json(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>Answers in place of a server; never when there is no answer.</summary>
    private sealed class Answers(Func<HttpRequestMessage, HttpResponseMessage>? answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (answer is null)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return answer!(request);
        }
    }
}
