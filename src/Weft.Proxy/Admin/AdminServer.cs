using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Weft.Proxy.Bootstrap;
using Weft.Proxy.Stats;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Admin;

/// <summary>
/// What a sidecar tells about itself, in Envoy's and pilot-agent's shapes: admin on 15000, merged metrics and health on 15020,
/// health on 15021, Envoy's metrics on 15090.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private static readonly string[] AdminPaths =
    [
        "/certs", "/clusters", "/config_dump", "/drain_listeners", "/healthcheck/fail", "/healthcheck/ok", "/listeners", "/logging", "/memory", "/quitquitquit",
        "/ready", "/runtime", "/server_info", "/stats", "/stats/prometheus",
    ];

    private readonly KestrelServer _server;
    private readonly Dictionary<(int Port, string Path), Func<HttpContext, Task>> _pages;
    private readonly ApplicationProbes _probes;

    public AdminServer(ProxyContext proxy, AdsSubscription subscription, ProxyControls controls)
    {
        _pages = Pages(proxy, subscription, controls);
        _probes = new ApplicationProbes(proxy.Bootstrap);
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 1 << 20;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        foreach (var port in (int[])[SidecarPorts.Admin, SidecarPorts.MergedMetrics, SidecarPorts.Health, SidecarPorts.EnvoyMetrics])
        {
            options.Listen(proxy.Bootstrap.InstanceAddress, port, listen => listen.Protocols = HttpProtocols.Http1);
        }

        var loggers = proxy.Bootstrap.LoggerFactory;
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(new Application(ServeAsync), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        _server.Dispose();
        _probes.Dispose();
    }

    private static Dictionary<(int, string), Func<HttpContext, Task>> Pages(ProxyContext proxy, AdsSubscription subscription, ProxyControls controls)
    {
        var dumps = new AdminDumps(proxy, subscription, controls);
        bool IsReady() => controls.IsReady() && !controls.Lifecycle.HealthFails;
        string State() => IsReady() ? "LIVE\n" : controls.Lifecycle.HealthFails ? "DRAINING\n" : "PRE_INITIALIZING\n";
        Task Ready(HttpContext context) => TextAsync(context, IsReady() ? 200 : 503, State());
        Task Healthy(HttpContext context) => TextAsync(context, IsReady() ? 200 : 503, "");
        Task Metrics(HttpContext context) => TextAsync(context, 200, PrometheusPage.Render(proxy), PrometheusText.ContentType);
        return new Dictionary<(int, string), Func<HttpContext, Task>>
        {
            [(SidecarPorts.Admin, "/")] = context => TextAsync(context, 200, string.Join('\n', AdminPaths) + "\n"),
            [(SidecarPorts.Admin, "/ready")] = Ready,
            [(SidecarPorts.Admin, "/stats")] = context => context.Request.Query["format"] == "prometheus" ? Metrics(context) : StatsAsync(context, proxy),
            [(SidecarPorts.Admin, "/stats/prometheus")] = Metrics,
            [(SidecarPorts.Admin, "/config_dump")] = context => JsonAsync(context, dumps.ConfigDump(context.Request.Query["resource"].ToString(), context.Request.Query.ContainsKey("include_eds"))),
            [(SidecarPorts.Admin, "/clusters")] = context => context.Request.Query["format"] == "json" ? JsonAsync(context, dumps.ClustersJson()) : TextAsync(context, 200, dumps.ClustersText()),
            [(SidecarPorts.Admin, "/listeners")] = context => context.Request.Query["format"] == "json" ? JsonAsync(context, dumps.ListenersJson()) : TextAsync(context, 200, dumps.ListenersText()),
            [(SidecarPorts.Admin, "/server_info")] = context => JsonAsync(context, dumps.ServerInfo()),
            [(SidecarPorts.Admin, "/certs")] = context => JsonAsync(context, dumps.Certificates()),
            [(SidecarPorts.Admin, "/memory")] = context => JsonAsync(context, AdminDumps.Memory()),
            [(SidecarPorts.Admin, "/runtime")] = context => JsonAsync(context, """{"layers":[],"entries":{}}"""),
            [(SidecarPorts.Admin, "/logging")] = context => LoggingAsync(context, controls.Loggers),
            [(SidecarPorts.Admin, "/healthcheck/fail")] = context => DoAsync(context, () => controls.Lifecycle.HealthFails = true),
            [(SidecarPorts.Admin, "/healthcheck/ok")] = context => DoAsync(context, () => controls.Lifecycle.HealthFails = false),
            [(SidecarPorts.Admin, "/drain_listeners")] = context => DoAsync(context, () => Drain(context, controls)),
            [(SidecarPorts.Admin, "/quitquitquit")] = context => DoAsync(context, controls.Quit),
            [(SidecarPorts.MergedMetrics, "/quitquitquit")] = context => DoAsync(context, controls.Quit),
            [(SidecarPorts.MergedMetrics, "/stats/prometheus")] = Metrics,
            [(SidecarPorts.MergedMetrics, "/healthz/ready")] = Healthy,
            [(SidecarPorts.Health, "/healthz/ready")] = Healthy,
            [(SidecarPorts.EnvoyMetrics, "/stats/prometheus")] = Metrics,
        };
    }

    private static Task StatsAsync(HttpContext context, ProxyContext proxy)
    {
        var query = context.Request.Query;
        if (StatsPage.Select(proxy, query["filter"], query.ContainsKey("usedonly")) is not { } stats)
        {
            return TextAsync(context, 400, "Invalid re2 regex\n");
        }

        return query["format"] == "json" ? JsonAsync(context, StatsPage.Json(stats)) : TextAsync(context, 200, StatsPage.Text(stats));
    }

    // ?level=debug, ?paths=upstream:debug,config:trace, ?upstream=debug
    private static Task LoggingAsync(HttpContext context, ProxyLoggers loggers)
    {
        var changes = context.Request.Query.SelectMany(query => query.Key == "paths"
            ? query.Value.ToString().Split(',').Select(path => path.Split(':') is [var name, var level] ? (name, level) : (path, ""))
            : [(query.Key, query.Value.ToString())]).ToList();
        if (changes.Count > 0 && !HttpMethods.IsPost(context.Request.Method))
        {
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, $"Method {context.Request.Method} not allowed, POST required.");
        }

        foreach (var (logger, level) in changes)
        {
            if (!loggers.TrySet(logger, level))
            {
                return TextAsync(context, StatusCodes.Status400BadRequest, $"error: no logger '{logger}' or no level '{level}'\n");
            }
        }

        return TextAsync(context, 200, loggers.Describe());
    }

    // With "graceful" connections end by themselves, while new ones are still taken.
    private static void Drain(HttpContext context, ProxyControls controls)
    {
        controls.Lifecycle.IsDraining = true;
        if (!context.Request.Query.ContainsKey("graceful"))
        {
            controls.StopAccepting();
        }
    }

    private static Task DoAsync(HttpContext context, Action action)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, $"Method {context.Request.Method} not allowed, POST required.");
        }

        action();
        return TextAsync(context, 200, "OK\n");
    }

    private Task ServeAsync(HttpContext context)
    {
        var port = context.Features.GetRequiredFeature<IHttpConnectionFeature>().LocalPort;
        if (context.Request.Path.Value is { } path && _pages.TryGetValue((port, path), out var page))
        {
            return page(context);
        }

        if (port == SidecarPorts.MergedMetrics && context.Request.Path.StartsWithSegments(ApplicationProbes.Root))
        {
            return ProbeAsync(context);
        }

        return TextAsync(context, 404, "invalid path. admin commands are: " + string.Join(' ', _pages.Keys.Where(key => key.Port == port).Select(key => key.Path)) + "\n");
    }

    private async Task ProbeAsync(HttpContext context)
    {
        var status = await _probes.AskAsync(context.Request, context.RequestAborted);
        await TextAsync(context, status, status == StatusCodes.Status404NotFound ? $"no probe {context.Request.Path}\n" : "");
    }

    private static Task JsonAsync(HttpContext context, string json) => TextAsync(context, 200, json, "application/json");

    private static async Task TextAsync(HttpContext context, int status, string text, string contentType = "text/plain; charset=UTF-8")
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.CacheControl = "no-cache, max-age=0";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private sealed class Application(Func<HttpContext, Task> serve) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => serve(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
