using System.Net;
using System.Text.Json.Nodes;
using Envoy.Config.Cluster.V3;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Clusters;
using Weft.Proxy.Mesh;

namespace Weft.Proxy;

public sealed class CircuitBreakerTests
{
    private const string Beta = "http://beta.demo:8000/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_connection_one_waiting_and_the_third_overflows()
    {
        var served = 0;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mesh = await StartAsync(
            async _ =>
            {
                Interlocked.Increment(ref served);
                await release.Task;
            },
            """{"maxConnections":1,"maxPendingRequests":1,"maxRequests":100,"maxRetries":100}""");
        var client = mesh.Client();

        var requests = Enumerable.Range(0, 3).Select(_ => client.GetAsync(Beta, Cancel)).ToList();
        using var refused = await await Task.WhenAny(requests);
        var whileHeld = Volatile.Read(ref served);
        release.SetResult();
        var answers = await Task.WhenAll(requests);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("true", refused.Headers.GetValues("x-envoy-overloaded").Single());
        Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: overflow", await refused.Content.ReadAsStringAsync(Cancel));
        Assert.InRange(whileHeld, 0, 1);
        Assert.Equal(2, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UO", ["response_code"] = "503" }, Cancel);
    }

    [Fact]
    public async Task No_more_retries_than_the_limit_are_made_at_once()
    {
        var served = 0;
        await using var mesh = await StartAsync(
            context =>
            {
                Interlocked.Increment(ref served);
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            },
            """{"maxConnections":100,"maxPendingRequests":100,"maxRequests":100,"maxRetries":0}""",
            """{"retryOn":"5xx","numRetries":2}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await mesh.Client().GetAsync(Beta, Cancel)).StatusCode);
        Assert.Equal(1, served);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "UO" }, Cancel);
    }

    [Fact]
    public async Task A_request_that_stops_waiting_leaves_its_place()
    {
        var limits = new Clusters.CircuitBreakers(1, 1, 10, 1);
        var circuit = new CircuitState();
        using var impatient = new CancellationTokenSource();

        Assert.True(await circuit.EnterAsync(limits, false, Cancel));
        var waiting = circuit.EnterAsync(limits, false, impatient.Token).AsTask();
        Assert.False(await circuit.EnterAsync(limits, false, Cancel));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = circuit.EnterAsync(limits, false, Cancel).AsTask();
        Assert.False(next.IsCompleted);
        circuit.Leave();
        Assert.True(await next);
        circuit.Leave();
        Assert.True(circuit.TryConnect(limits));
        Assert.False(circuit.TryConnect(limits));
    }

    [Fact]
    public void Istios_defaults_limit_nothing_and_a_retry_budget_is_a_share_of_the_requests()
    {
        var open = new Cluster { CircuitBreakers = new() { Thresholds = { new Envoy.Config.Cluster.V3.CircuitBreakers.Types.Thresholds { MaxConnections = uint.MaxValue, MaxPendingRequests = uint.MaxValue, MaxRequests = uint.MaxValue, MaxRetries = uint.MaxValue } } } };
        Assert.Null(Clusters.CircuitBreakers.Compile(open));

        open.CircuitBreakers.Thresholds[0].RetryBudget = new() { BudgetPercent = new() { Value = 50 } };
        var budget = Clusters.CircuitBreakers.Compile(open)!.Budget!;
        Assert.Equal(3, budget.Limit(2));
        Assert.Equal(10, budget.Limit(20));
    }

    private static Task<TestMesh> StartAsync(RequestDelegate serve, string thresholds, string? retries = null) => TestMesh.StartAsync(serve, Cancel, (kind, resources) =>
    {
        if (kind == "clusters")
        {
            var cluster = resources.First(cluster => cluster!["name"]!.GetValue<string>() == "outbound|8000||beta.demo.svc.cluster.local")!;
            cluster["circuitBreakers"] = new JsonObject { ["thresholds"] = new JsonArray(JsonNode.Parse(thresholds)) };
        }

        if (kind == "routes" && retries is not null)
        {
            IstioResources.RouteOfBeta(resources)["route"]!["retryPolicy"] = JsonNode.Parse(retries);
        }
    });
}
