using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Weft.Console;
using Weft.Console.IstioConfig;
using Weft.Console.Settings;
using Weft.Console.Traces;
using Weft.Kubernetes.Client;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.PromQL;
using Weft.Observability.Traces;
using Weft.Observability.Traces.Jaeger;

namespace Weft.Api.Recordings;

/// <summary>The API over loopback, between an API server and a Prometheus that answer as recorded.</summary>
public class RecordedWorld : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Collections = new(
        ConfigKinds.All.Select(resource => KeyValuePair.Create("/" + resource.Path(null), RecordedCluster.NameOf(resource))))
    {
        ["/api/v1/namespaces"] = "namespaces",
        ["/api/v1/pods"] = "pods",
        ["/api/v1/services"] = "services",
        ["/api/v1/namespaces/istio-system/configmaps"] = "configmaps",
        ["/apis/apps/v1/deployments"] = "deployments.apps",
        ["/apis/gateway.networking.k8s.io/v1/gatewayclasses"] = "gatewayclasses.gateway.networking.k8s.io",
        ["/apis/discovery.k8s.io/v1/endpointslices"] = "endpointslices.discovery.k8s.io",
    };

    private readonly JsonNode _cluster = Recording.Read("cluster.json.br");
    private readonly RecordedSeries _series = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<WebApplication> _servers = [];
    private KubeClient? _kubernetes;
    private HttpClient? _metrics;
    private RecordedSpans? _spans;
    private Task _console = Task.CompletedTask;
    private CancellationTokenSource _connections = new();
    private volatile int _version = 1;
    private int _tornWatches;
    private long _metricsQueries;

    /// <summary>How many queries Prometheus has been asked.</summary>
    public long MetricsQueries => Interlocked.Read(ref _metricsQueries);

    /// <summary>Every route of the API that is mapped, as <c>GET /api/namespaces</c>; not the pages around it.</summary>
    internal IReadOnlyList<string> Routes =>
    [
        .. _servers[^1].Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText is { } text && text.StartsWith("/api", StringComparison.Ordinal) && !text.Contains("**", StringComparison.Ordinal) && text != "/api/openapi.json")
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}") ?? [])
            .Distinct(),
    ];

    /// <summary>What the console has asked of the API server: method, and path with query.</summary>
    internal ConcurrentQueue<(string Method, string Url)> KubernetesRequests { get; } = new();

    /// <summary>What is wrong with Prometheus.</summary>
    public MetricsFault Fault { get; set; }

    /// <summary>The time of day for the console; it can be set.</summary>
    internal RecordedTime Clock { get; } = new();

    /// <summary>The console itself, for who waits for what it sees.</summary>
    internal WeftConsole Console { get; private set; } = null!; // Set before the first test runs.

    /// <summary>What the console is configured with.</summary>
    protected virtual ConsoleSettings Settings => ConsoleSettings.Default;

    /// <summary>How long the console waits for Prometheus, and how much it takes of it.</summary>
    protected virtual PrometheusClientOptions MetricsOptions(Uri endpoint) => new() { Endpoint = endpoint };

    /// <summary>Talks to the API.</summary>
    public HttpClient Client { get; private set; } = new();

    public virtual async ValueTask InitializeAsync()
    {
        var kubernetes = await ServeAsync(app => app.Run(AnswerAsKubernetesAsync));
        var prometheus = await ServeAsync(app => app.Run(AnswerAsPrometheusAsync));
        _kubernetes = new KubeClient(new KubeClientOptions { Server = kubernetes });
        _metrics = new HttpClient();
        _spans = await RecordedSpans.ServeAsync();
        var console = new WeftConsole(new ConsoleOptions
        {
            Kubernetes = _kubernetes,
            Prometheus = new PrometheusClient(_metrics, MetricsOptions(prometheus), TimeProvider.System),
            Tracing = new TracingOptions
            {
                Source = new JaegerClient(_metrics, new TraceClientOptions { Endpoint = _spans.QueryAddress }, TimeProvider.System),
                InternalUrl = new Uri("http://127.0.0.1:26686"),
                ExternalUrl = new Uri("http://127.0.0.1:26686"),
            },
            Version = "0.1.0-test",
            ViewOnly = false,
            Time = Clock,
            Pods = new RecordedProxy(),
            Settings = Settings,
            Health = Settings.Health,
            Outside = _metrics,
        });
        Console = console;
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

    public virtual async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _console);
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        if (_spans is not null)
        {
            await _spans.DisposeAsync();
        }

        _kubernetes?.Dispose();
        _metrics?.Dispose();
        _series.Dispose();
        _connections.Dispose();
        GC.SuppressFinalize(this);
        Client.Dispose();
        _end.Dispose();
    }

    private async Task<Uri> ServeAsync(Action<WebApplication> map, WeftConsole? console = null, string address = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
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

    /// <summary>Traces can no longer be had: nobody listens where they were.</summary>
    public async Task StopTracingAsync()
    {
        await _spans!.DisposeAsync();
        _spans = null;
    }

    /// <summary>Nobody listens where the API server was; then it is back there, with one more namespace.</summary>
    public async Task WithoutKubernetesAsync(string newNamespace, Func<Task> meanwhile)
    {
        var address = _servers[0].Urls.First();
        await RestartKubernetesAsync(newNamespace);
        await _servers[0].DisposeAsync();
        _servers.RemoveAt(0);
        await meanwhile();
        await ServeAsync(app => app.Run(AnswerAsKubernetesAsync), address: address);
        _servers.Insert(0, _servers[^1]);
        _servers.RemoveAt(_servers.Count - 1);
    }

    /// <summary>The API server goes and comes back with one more namespace: every watch is cut, and what was known is too old.</summary>
    /// <param name="tornWatches">So many watches are then cut in the middle of an event.</param>
    public async Task RestartKubernetesAsync(string newNamespace, int tornWatches = 0)
    {
        var added = _cluster["namespaces"]![0]!.DeepClone();
        added["metadata"]!["name"] = newNamespace;
        added["metadata"]!["uid"] = newNamespace;
        var before = _connections;
        lock (_cluster)
        {
            _cluster["namespaces"]!.AsArray().Add(added);
        }

        _connections = new CancellationTokenSource();
        _version++;
        _tornWatches = tornWatches;
        await before.CancelAsync();
        before.Dispose();
    }

    private async Task AnswerAsKubernetesAsync(HttpContext context)
    {
        KubernetesRequests.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString.Value));
        if (context.Request.Path == "/version")
        {
            await context.Response.WriteAsync("""{"gitVersion":"v1.36.2"}""", context.RequestAborted);
        }
        else if (context.Request.Query["watch"] is ["true" or "1"])
        {
            if (Interlocked.Decrement(ref _tornWatches) >= 0)
            {
                await context.Response.WriteAsync("""{"type":"MODIFIED","object":{"kind":"Names""", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                return;
            }

            if (context.Request.Query["resourceVersion"] != Version)
            {
                context.Response.StatusCode = StatusCodes.Status410Gone;
                await context.Response.WriteAsync("""{"kind":"Status","status":"Failure","code":410,"reason":"Expired","message":"too old resource version"}""", context.RequestAborted);
                return;
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token, _connections.Token);
            await context.Response.StartAsync(end.Token);
            await new TaskCompletionSource().Task.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (context.Request.Path.Value!.EndsWith("/selfsubjectrulesreviews", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(
                """{"kind":"SelfSubjectRulesReview","status":{"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}}""", context.RequestAborted);
        }
        else if (context.Request.Path.Value.EndsWith("/log", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(LogOf(context.Request.Query), context.RequestAborted);
        }
        else if (Collections.TryGetValue(context.Request.Path.Value!, out var name))
        {
            JsonNode[] items;
            lock (_cluster)
            {
                items = [.. (_cluster[name] as JsonArray ?? []).Where(item => name != "configmaps" || item!["metadata"]!["namespace"]!.ToString() == "istio-system").Select(item => item!.DeepClone())];
            }

            var list = new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = Version },
                ["items"] = new JsonArray(items),
            };
            await context.Response.WriteAsync(list.ToJsonString(), context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("""{"kind":"Status","status":"Failure","code":404,"reason":"NotFound","message":"not found"}""", context.RequestAborted);
        }
    }

    private string Version => _version.ToString(CultureInfo.InvariantCulture);

    /// <summary>A container's recorded log as a kubelet gives it: a time and the line, since the second that is asked for.</summary>
    private static string LogOf(IQueryCollection query)
    {
        var since = query["sinceTime"].ToString().TrimEnd('Z');
        var lines = Encoding.UTF8.GetString(Recording.Bytes(query["container"] == "istio-proxy" ? "proxy.log" : "app.log"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => string.CompareOrdinal(line, since) >= 0)
            .Select(line => line.Split(' ', 4) is [var time, _, _, var text] ? $"{time} {text}\n" : "");
        return string.Concat(lines);
    }

    private async Task AnswerAsPrometheusAsync(HttpContext context)
    {
        switch (Fault)
        {
            case MetricsFault.Hangs:
                await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case MetricsFault.TalksNonsense:
                await context.Response.WriteAsync("<html>{", context.RequestAborted);
                return;
            case MetricsFault.NeverStops:
                await context.Response.WriteAsync($$"""{"status":"success","data":{"resultType":"vector","result":[{{new string(' ', 10 * 1024 * 1024)}}""", context.RequestAborted);
                return;
            case MetricsFault.IsBroken:
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
                return;
            case MetricsFault.CutsOff:
                context.Abort();
                return;
        }

        if (context.Request.Path.Value is not ("/api/v1/query" or "/api/v1/query_range"))
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

        Interlocked.Increment(ref _metricsQueries);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["query"].ToString().Contains("[0s]", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("""{"status":"error","errorType":"bad_data","error":"duration must be greater than 0"}""", context.RequestAborted);
            return;
        }

        try
        {
            var result = context.Request.Path == "/api/v1/query"
                ? await _series.Engine.QueryAsync(form["query"].ToString(), Milliseconds(form["time"]), null, context.RequestAborted)
                : await _series.Engine.QueryRangeAsync(
                    form["query"].ToString(), Milliseconds(form["start"]), Milliseconds(form["end"]), Milliseconds(form["step"]), null, context.RequestAborted);
            await context.Response.WriteAsync(Answer(result).ToJsonString(), context.RequestAborted);
        }
        catch (PromQLParseException failure)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            var error = new JsonObject { ["status"] = "error", ["errorType"] = "bad_data", ["error"] = failure.Message };
            await context.Response.WriteAsync(error.ToJsonString(), context.RequestAborted);
        }
    }

    private static JsonObject Answer(QueryResult result) => new()
    {
        ["status"] = "success",
        ["data"] = new JsonObject
        {
            ["resultType"] = result.TypeName,
            ["result"] = result switch
            {
                VectorResult vector => new JsonArray([.. vector.Samples.Select(sample => new JsonObject { ["metric"] = Metric(sample.Labels), ["value"] = Point(sample.Timestamp, sample.Value) })]),
                MatrixResult matrix => new JsonArray([.. matrix.Series.Select(series => new JsonObject
                {
                    ["metric"] = Metric(series.Labels),
                    ["values"] = new JsonArray([.. series.Points.Select(point => Point(point.Timestamp, point.Value))]),
                })]),
                _ => throw new UnreachableException(),
            },
        },
    };

    private static JsonObject Metric(LabelSet labels) => new(labels.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));

    private static JsonArray Point(long time, double value) => new(JsonValue.Create(time / 1000.0), JsonValue.Create(value.ToString("R", CultureInfo.InvariantCulture)));

    private static long Milliseconds(StringValues seconds) => (long)(double.Parse(seconds.ToString(), CultureInfo.InvariantCulture) * 1000);
}
