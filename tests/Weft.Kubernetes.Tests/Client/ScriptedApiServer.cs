using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Weft.Kubernetes.Client;

/// <summary>An API server that answers each request by a function of the test, and remembers what was asked.</summary>
internal sealed class ScriptedApiServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ScriptedApiServer(WebApplication application) => _application = application;

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    public Uri Address => new(_application.Urls.Single());

    public static async Task<ScriptedApiServer> StartAsync(Func<HttpContext, string, Task> answer, Action<ListenOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => configure?.Invoke(listen)));
        if (configure is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var application = builder.Build();
        var server = new ScriptedApiServer(application);
        application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            server.Requests.Enqueue(new(context.Request.Method, context.Request.Path + context.Request.QueryString.Value, context.Request.ContentType, context.Request.Headers.Authorization.ToString(), body));
            await answer(context, body);
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public KubeClient Connect(Func<KubeClientOptions, KubeClientOptions>? change = null)
    {
        var options = new KubeClientOptions { Server = Address };
        return new KubeClient(change?.Invoke(options) ?? options);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}

internal sealed record RecordedRequest(string Method, string Path, string? ContentType, string Authorization, string Body);

internal static class Answers
{
    public static Task JsonAsync(this HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task StatusAsync(this HttpContext context, int code, string reason, string message) =>
        context.JsonAsync($$$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{{message}}}","reason":"{{{reason}}}","code":{{{code}}}}""", code);

    public static async Task LineAsync(this HttpContext context, string line)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Keeps the connection open and says nothing, until the client has gone.</summary>
    public static async Task SilenceAsync(this HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await gone.Task;
    }

    public static string ConfigMap(string name, int version, string value = "1") =>
        $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"ns","uid":"uid-{{{name}}}","resourceVersion":"{{{version}}}"},"data":{"v":"{{{value}}}"}}""";

    public static string Event(string type, string content) => $$$"""{"type":"{{{type}}}","object":{{{content}}}}""";

    public static string ConfigMapList(int version, params string[] items) =>
        $$$"""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}"},"items":[{{{string.Join(',', items)}}}]}""";
}
