using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weft.Console;
using Weft.Kubernetes.Client;
using Weft.Observability.Metrics;

namespace Weft.Api.Recordings;

/// <summary>The API over loopback, between an API server and a Prometheus that answer as recorded.</summary>
public sealed class RecordedWorld : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Collections = new()
    {
        ["/api/v1/namespaces"] = "namespaces",
        ["/api/v1/pods"] = "pods",
        ["/api/v1/services"] = "services",
        ["/apis/apps/v1/deployments"] = "deployments.apps",
        ["/apis/networking.istio.io/v1/virtualservices"] = "virtualservices.networking.istio.io",
        ["/apis/networking.istio.io/v1/destinationrules"] = "destinationrules.networking.istio.io",
        ["/apis/networking.istio.io/v1/serviceentries"] = "serviceentries.networking.istio.io",
        ["/apis/networking.istio.io/v1/workloadentries"] = "workloadentries.networking.istio.io",
        ["/apis/networking.istio.io/v1/workloadgroups"] = "workloadgroups.networking.istio.io",
        ["/apis/networking.istio.io/v1/gateways"] = "gateways.networking.istio.io",
    };

    private readonly CancellationTokenSource _end = new();
    private readonly List<WebApplication> _servers = [];
    private KubeClient? _kubernetes;
    private HttpClient? _metrics;
    private Task _console = Task.CompletedTask;

    /// <summary>Talks to the API.</summary>
    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        var kubernetes = await ServeAsync(app => app.Run(AnswerAsKubernetesAsync));
        var prometheus = await ServeAsync(app => app.Run(AnswerAsPrometheusAsync));
        _kubernetes = new KubeClient(new KubeClientOptions { Server = kubernetes });
        _metrics = new HttpClient();
        var console = new WeftConsole(new ConsoleOptions
        {
            Kubernetes = _kubernetes,
            Prometheus = new PrometheusClient(_metrics, new PrometheusClientOptions { Endpoint = prometheus }, TimeProvider.System),
            Version = "0.1.0-test",
        });
        _console = console.RunAsync(_end.Token);
        Client.BaseAddress = await ServeAsync(app => app.MapWeftApi(), console);
        await foreach (var mesh in console.Inventory.WatchAsync(_end.Token))
        {
            if (mesh.Namespaces.Count > 0)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _console);
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _kubernetes?.Dispose();
        _metrics?.Dispose();
        Client.Dispose();
        _end.Dispose();
    }

    private async Task<Uri> ServeAsync(Action<WebApplication> map, WeftConsole? console = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (console is not null)
        {
            builder.Services.AddWeftApi(console);
        }

        var server = builder.Build();
        map(server);
        await server.StartAsync();
        _servers.Add(server);
        return new Uri(server.Urls.First());
    }

    private async Task AnswerAsKubernetesAsync(HttpContext context)
    {
        if (context.Request.Path == "/version")
        {
            await context.Response.WriteAsync("""{"gitVersion":"v1.36.2"}""", context.RequestAborted);
        }
        else if (context.Request.Query["watch"] is ["true" or "1"])
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
            await context.Response.StartAsync(end.Token);
            await new TaskCompletionSource().Task.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (Collections.TryGetValue(context.Request.Path.Value!, out var name))
        {
            var list = new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
                ["items"] = Recording.Read("cluster.json.br")[name]!.DeepClone(),
            };
            await context.Response.WriteAsync(list.ToJsonString(), context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("""{"kind":"Status","status":"Failure","code":404,"reason":"NotFound","message":"not found"}""", context.RequestAborted);
        }
    }

    private static async Task AnswerAsPrometheusAsync(HttpContext context)
    {
        if (context.Request.Path != "/api/v1/query")
        {
            var data = context.Request.Path.Value switch
            {
                "/api/v1/status/buildinfo" => """{"version":"3.5.3+ds1","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":""}""",
                "/api/v1/status/config" => """{"yaml":"global:\n  scrape_interval: 5s\n"}""",
                _ => """{"storage.tsdb.retention.time":"15d"}""",
            };
            await context.Response.WriteAsync($$"""{"status":"success","data":{{data}}}""", context.RequestAborted);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["query"].ToString().Contains("[0s]", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("""{"status":"error","errorType":"bad_data","error":"duration must be greater than 0"}""", context.RequestAborted);
            return;
        }

        await context.Response.WriteAsync(Vector(form["query"].ToString(), form["time"].ToString()).ToJsonString(), context.RequestAborted);
    }

    private static JsonObject Vector(string query, string time)
    {
        var result = new JsonArray();
        var recorded = Graph.RecordedGraph.All["bookinfo/graph_workload_default"].VectorOf(query);
        foreach (var series in recorded)
        {
            result.Add(new JsonObject { ["metric"] = series![0]!.DeepClone(), ["value"] = new JsonArray(long.Parse(time, System.Globalization.CultureInfo.InvariantCulture), series[1]!.DeepClone()) });
        }

        return new JsonObject { ["status"] = "success", ["data"] = new JsonObject { ["resultType"] = "vector", ["result"] = result } };
    }
}
