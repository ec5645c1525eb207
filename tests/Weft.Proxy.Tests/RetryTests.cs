using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Envoy.Config.Route.V3;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy;

public sealed class RetryTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("5xx", "", 500)]
    [InlineData("gateway-error", "", 503)]
    [InlineData("retriable-4xx", "", 409)]
    [InlineData("retriable-status-codes", "418", 418)]
    public async Task A_response_that_the_policy_names_is_asked_for_again(string condition, string codes, int status)
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context =>
            {
                context.Response.StatusCode = Interlocked.Increment(ref served) < 3 ? status : 200;
                return context.Response.WriteAsync(context.Request.Headers["x-envoy-attempt-count"].ToString());
            },
            $$"""{"retryOn":"{{condition}}","numRetries":2,"retriableStatusCodes":[{{codes}}]}""");

        using var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, served);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "-", ["response_code"] = "200" }, Cancel);
    }

    [Fact]
    public async Task A_response_header_may_ask_for_another_attempt()
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context =>
            {
                context.Response.Headers["x-try"] = Interlocked.Increment(ref served) == 1 ? "again" : "done";
                return Task.CompletedTask;
            },
            """{"retryOn":"retriable-headers","numRetries":2,"retriableHeaders":[{"name":"x-try","stringMatch":{"exact":"again"} }]}""");

        Assert.Equal("done", (await mesh.Client().GetAsync(Beta, Cancel)).Headers.GetValues("x-try").Single());
        Assert.Equal(2, served);
    }

    [Theory]
    [InlineData("x-envoy-retry-on", "5xx", null, null, 2)]
    [InlineData("x-envoy-retry-on", "retriable-status-codes,what", "x-envoy-retriable-status-codes", "500", 2)]
    [InlineData("x-envoy-retry-on", "5xx", "x-envoy-max-retries", "3", 4)]
    [InlineData("x-envoy-max-retries", "3", null, null, 1)]
    public async Task A_request_may_ask_for_retries(string name, string value, string? second, string? secondValue, int expected)
    {
        var served = 0;
        var leaked = false;
        await using var mesh = await TestMesh.StartAsync(
            context =>
            {
                Interlocked.Increment(ref served);
                leaked |= context.Request.Headers.Keys.Any(key => key.StartsWith("x-envoy-retr", StringComparison.OrdinalIgnoreCase) || key.Equals("x-envoy-max-retries", StringComparison.OrdinalIgnoreCase));
                context.Response.StatusCode = 500;
                return Task.CompletedTask;
            },
            Cancel,
            (kind, resources) =>
            {
                if (kind == "routes")
                {
                    IstioResources.RouteOfBeta(resources)["route"]!.AsObject().Remove("retryPolicy");
                }
            });
        using var request = new HttpRequestMessage(HttpMethod.Get, Beta) { Headers = { { name, value } } };
        if (second is not null)
        {
            request.Headers.Add(second, secondValue);
        }

        await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(expected, served);
        Assert.False(leaked);
    }

    [Fact]
    public async Task A_response_of_an_overloaded_upstream_is_not_asked_for_again()
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context =>
            {
                Interlocked.Increment(ref served);
                context.Response.StatusCode = 503;
                context.Response.Headers["x-envoy-overloaded"] = "true";
                return Task.CompletedTask;
            },
            """{"retryOn":"5xx","numRetries":2}""");

        await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(1, served);
    }

    [Fact]
    public async Task An_upstream_says_how_long_to_wait()
    {
        var times = new System.Collections.Concurrent.ConcurrentQueue<long>();
        await using var mesh = await StartAsync(
            context =>
            {
                times.Enqueue(Stopwatch.GetTimestamp());
                context.Response.StatusCode = times.Count == 1 ? 503 : 200;
                context.Response.Headers.RetryAfter = "1";
                return Task.CompletedTask;
            },
            """{"retryOn":"5xx","numRetries":2,"rateLimitedRetryBackOff":{"resetHeaders":[{"name":"Retry-After"}]} }""");

        await mesh.Client().GetAsync(Beta, Cancel);

        var seen = times.ToArray();
        Assert.True(Stopwatch.GetElapsedTime(seen[0], seen[1]) >= TimeSpan.FromMilliseconds(950));
    }

    [Fact]
    public async Task Istios_default_policy_does_not_repeat_a_503_or_a_reset()
    {
        var served = 0;
        await using var mesh = await TestMesh.StartAsync(
            context =>
            {
                context.Response.StatusCode = Interlocked.Increment(ref served) == 1 ? 503 : 200;
                return Task.CompletedTask;
            },
            Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await mesh.Client().GetAsync(Beta, Cancel)).StatusCode);
        Assert.Equal(1, served);
    }

    [Fact]
    public async Task The_last_of_too_many_failures_is_passed_on_and_flagged()
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context =>
            {
                context.Response.StatusCode = 503;
                return context.Response.WriteAsync($"{Interlocked.Increment(ref served)}");
            },
            """{"retryOn":"5xx","numRetries":2}""");

        using var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("3", await response.Content.ReadAsStringAsync(Cancel));
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "URX", ["response_code"] = "503" }, Cancel);
    }

    [Fact]
    public async Task A_gRPC_status_in_the_headers_is_retried()
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context =>
            {
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = Interlocked.Increment(ref served) == 1 ? "14" : "0";
                return Task.CompletedTask;
            },
            """{"retryOn":"unavailable","numRetries":2}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta) { Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Content.Headers.ContentType = new("application/grpc");

        using var response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("0", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal(2, served);
    }

    [Theory]
    [InlineData(1000, 2)]
    [InlineData(3_000_000, 1)]
    public async Task A_body_is_sent_again_unless_it_is_too_large_to_keep(int length, int expected)
    {
        var served = 0;
        var lengths = new System.Collections.Concurrent.ConcurrentQueue<long>();
        await using var mesh = await StartAsync(
            async context =>
            {
                using var copy = new MemoryStream();
                await context.Request.Body.CopyToAsync(copy);
                lengths.Enqueue(copy.Length);
                context.Response.StatusCode = Interlocked.Increment(ref served) == 1 ? 500 : 200;
            },
            """{"retryOn":"5xx","numRetries":2}""");

        using var response = await mesh.Client().PostAsync(Beta, new ByteArrayContent(new byte[length]), Cancel);

        Assert.Equal(expected, served);
        Assert.All(lengths, received => Assert.Equal(length, received));
    }

    [Fact]
    public async Task Each_attempt_has_its_own_time_and_the_last_ends_in_504()
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context =>
            {
                Interlocked.Increment(ref served);
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            """{"retryOn":"5xx","numRetries":1,"perTryTimeout":"0.150s"}""");

        using var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("upstream request timeout", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(2, served);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UT,URX", ["response_code"] = "504" }, Cancel);
    }

    [Fact]
    public async Task The_route_timeout_ends_all_attempts()
    {
        await using var mesh = await StartAsync(
            context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            """{"retryOn":"5xx","numRetries":50,"perTryTimeout":"0.300s"}""",
            timeout: "0.500s");
        var clock = Stopwatch.StartNew();

        using var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.InRange(clock.ElapsedMilliseconds, 490, 5_000);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UT", ["response_code"] = "504" }, Cancel);
    }

    [Theory]
    [InlineData("reset", true, true)]
    [InlineData("5xx", true, true)]
    [InlineData("connect-failure", true, false)]
    [InlineData("reset-before-request", true, false)]
    [InlineData("refused-stream", false, false)]
    public void Failures_are_covered_by_their_conditions(string condition, bool connect, bool reset)
    {
        var policy = RetryPolicyModel.Compile(new RetryPolicy { RetryOn = condition })!;

        Assert.Equal(connect, policy.Covers(AttemptFailure.Connect));
        Assert.Equal(reset, policy.Covers(AttemptFailure.Reset));
        Assert.Equal(1, policy.NumRetries);
    }

    [Fact]
    public void A_condition_that_is_not_known_is_refused() =>
        Assert.Contains("sometimes", Assert.Throws<ResourceRejectedException>(() => RetryPolicyModel.Compile(new RetryPolicy { RetryOn = "5xx,sometimes" })).Message);

    private static Task<TestMesh> StartAsync(RequestDelegate serve, string policy, string timeout = "0s") => TestMesh.StartAsync(serve, Cancel, (kind, resources) =>
    {
        if (kind == "routes")
        {
            var route = IstioResources.RouteOfBeta(resources);
            route["route"]!["retryPolicy"] = JsonNode.Parse(policy);
            route["route"]!["timeout"] = timeout;
        }
    });
}
