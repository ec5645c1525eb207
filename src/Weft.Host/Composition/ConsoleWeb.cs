using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weft.Api;
using Weft.Api.Access;
using Weft.Console;

namespace Weft.Host.Composition;

/// <summary>Where the console is served, and to whom.</summary>
internal sealed record ConsoleWebOptions
{
    public required IPEndPoint Listen { get; init; }

    public AccessStrategy Access { get; init; }
}

/// <summary>The console's web server: Kiali's REST API and the browser console's files.</summary>
internal static class ConsoleWeb
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self'; base-uri 'self'; form-action 'self'";

    public static async Task<WebApplication> StartAsync(WeftConsole console, ConsoleWebOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"];
        });
        // A page of another site must not reach the console of this machine through a name of its own (DNS rebinding).
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = IPAddress.IsLoopback(options.Listen.Address) ? ["localhost", "127.0.0.1", "[::1]", options.Listen.Address.ToString()] : ["*"]);
        builder.Services.AddWeftApi(console, options.Access);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Listen);
        });

        var application = builder.Build();
        application.UseHostFiltering();
        application.UseResponseCompression();
        application.Use(AddSecurityHeaders);
        application.MapWeftApi();
        MapBrowserConsole(application);
        try
        {
            await application.StartAsync(cancellationToken);
            return application;
        }
        catch (IOException error)
        {
            await application.DisposeAsync();
            throw new StartException($"the console cannot listen on {options.Listen}: {error.Message}; choose another port", ExitCodes.Unavailable, error);
        }
    }

    private static Task AddSecurityHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return next(context);
    }

    /// <summary>The built files of <c>ui/</c>; every page of the console is its index.html.</summary>
    private static void MapBrowserConsole(WebApplication application)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "console");
        if (!Directory.Exists(folder))
        {
            throw new StartException($"{folder} is missing: build the browser console with ./weft or dotnet build src/Weft.Host", ExitCodes.Internal);
        }

        var files = new PhysicalFileProvider(folder);
        application.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = served => served.Context.Response.Headers.CacheControl =
                served.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache",
        });
        application.MapFallback(async context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            await context.Response.SendFileAsync(files.GetFileInfo("index.html"), context.RequestAborted);
        });
    }
}
