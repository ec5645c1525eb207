using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weft.Console;
using Weft.Kubernetes.Client;
using Weft.Observability.Metrics;

namespace Weft.Api.Access;

/// <summary>A console before an API server that knows three tokens.</summary>
internal sealed class AccessWorld : IAsyncDisposable
{
    /// <summary>May read everything but logs and proxies.</summary>
    public const string Viewer = "viewer-token";

    /// <summary>May do everything that a console does.</summary>
    public const string Operator = "operator-token";

    /// <summary>May read pods only.</summary>
    public const string Developer = "developer-token";

    private readonly WebApplication _kubernetes;
    private readonly WebApplication _console;
    private readonly KubeClient _kube;

    private AccessWorld(WebApplication kubernetes, WebApplication console, KubeClient kube)
    {
        (_kubernetes, _console, _kube) = (kubernetes, console, kube);
        Client = new HttpClient { BaseAddress = new Uri(console.Urls.Single()) };
    }

    /// <summary>Keeps cookies, as a browser does.</summary>
    public HttpClient Client { get; }

    public static async Task<AccessWorld> StartAsync(AccessStrategy strategy)
    {
        var kubernetes = await ServeAsync(_ => { }, app => app.Run(AnswerAsync));
        var kube = new KubeClient(new KubeClientOptions { Server = new Uri(kubernetes.Urls.Single()), RequestTimeout = TimeSpan.FromSeconds(5) });
        var options = new ConsoleOptions
        {
            Kubernetes = kube,
            // Nobody is there: what these tests ask for needs no metrics.
            Prometheus = new PrometheusClient(new HttpClient(), new PrometheusClientOptions { Endpoint = new Uri("http://127.0.0.1:9") }, TimeProvider.System),
            Version = "0.1.0-test",
        };
        var console = new WeftConsole(options);
        return new AccessWorld(kubernetes, await ServeAsync(builder => builder.Services.AddWeftApi(console, strategy), app => app.MapWeftApi()), kube);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task StopKubernetesAsync() => await _kubernetes.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _console.DisposeAsync();
        _kube.Dispose();
        await _kubernetes.DisposeAsync();
    }

    private static async Task<WebApplication> ServeAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        configure(builder);
        var application = builder.Build();
        map(application);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return application;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var token = context.Request.Headers.Authorization.ToString() is { Length: > 7 } header ? header[7..] : "";
        if (context.Request.Path == "/version")
        {
            await context.Response.WriteAsync("""{"gitVersion":"v1.36.2"}""");
        }
        else if (token is not (Viewer or Operator or Developer))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("""{"kind":"Status","status":"Failure","code":401,"reason":"Unauthorized","message":"Unauthorized"}""");
        }
        else if (context.Request.Path.Value!.EndsWith("/selfsubjectreviews", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync($$$$"""{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"{{{{token.Split('-')[0]}}}}"}}}""");
        }
        else
        {
            using var reader = new StreamReader(context.Request.Body);
            var attributes = JsonNode.Parse(await reader.ReadToEndAsync())!["spec"]!["resourceAttributes"]!;
            var isBeyondReading = attributes["subresource"] is not null;
            var allowed = token == Operator || (token == Viewer && !isBeyondReading) || (attributes["resource"]!.ToString() == "pods" && !isBeyondReading);
            await context.Response.WriteAsync($$$$"""{"kind":"SelfSubjectAccessReview","status":{"allowed":{{{{(allowed ? "true" : "false")}}}}}}""");
        }
    }
}
