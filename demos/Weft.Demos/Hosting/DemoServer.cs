using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Weft.Demos.Hosting;

/// <summary>The HTTP server of a demo workload: Kestrel on the pod's listen address, nothing else.</summary>
internal static class DemoServer
{
    /// <summary>Serves until cancelled.</summary>
    /// <param name="listen">Go's form: ":8000" or "host:8000"; only the port counts, the address is the pod's.</param>
    public static Task ServeAsync(DemoContext context, string listen, Action<WebApplication> map, CancellationToken cancellationToken) =>
        ServeAsync(context.Time, options => options.Listen(new IPEndPoint(context.ListenAddress, Port(listen))), map, static () => { }, cancellationToken);

    /// <summary>Serves until cancelled.</summary>
    /// <param name="started">Called once, when connections are taken.</param>
    public static async Task ServeAsync(
        TimeProvider time, Action<KestrelServerOptions> listen, Action<WebApplication> map, Action started, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            listen(options);
        });
        await using var application = builder.Build();
        map(application);
        try
        {
            await application.StartAsync(cancellationToken);
            started();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await application.StopAsync(CancellationToken.None);
        }
    }

    public static Task WriteAsync<T>(this HttpResponse response, int status, T value, JsonTypeInfo<T> type)
    {
        // One newline after the document, as Go's JSON encoder writes it.
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length + 1;
        response.BodyWriter.Write(body);
        response.BodyWriter.Write("\n"u8);
        return response.BodyWriter.FlushAsync().AsTask();
    }

    public static Task WriteTextAsync(this HttpResponse response, int status, string contentType, string text)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        var body = System.Text.Encoding.UTF8.GetBytes(text);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, response.HttpContext.RequestAborted).AsTask();
    }

    private static void Write(this System.IO.Pipelines.PipeWriter writer, ReadOnlySpan<byte> bytes) =>
        System.Buffers.BuffersExtensions.Write(writer, bytes);

    private static int Port(string listen) =>
        int.Parse(listen.AsSpan(listen.LastIndexOf(':') + 1), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The process's signals belong to Weft, not to one of its workloads.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
