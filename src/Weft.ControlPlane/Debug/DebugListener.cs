using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Distribution;

namespace Weft.ControlPlane.Debug;

/// <summary>The HTTP port with version, readiness, metrics and the debug pages, by istiod's paths.</summary>
internal static class DebugListener
{
    private const string DebugPrefix = "/debug/";

    public static async Task<(WebApplication Server, ImmutableArray<IPEndPoint> Endpoints)> StartAsync(
        DebugPages pages, ImmutableArray<IPEndPoint> endpoints, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var endpoint in endpoints)
            {
                kestrel.Listen(endpoint);
            }
        });
        var server = builder.Build();
        server.Run(http => AnswerAsync(http, pages));
        await server.StartAsync(cancellationToken);
        return (server, BoundEndpoints.Of(server));
    }

    private static Task AnswerAsync(HttpContext http, DebugPages pages) => http.Request.Path.Value switch
    {
        "/version" => TextAsync(http, ControlPlane.IstioVersion),
        "/ready" => TextAsync(http, "", pages.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable),
        "/metrics" => TextAsync(http, pages.Metrics(), contentType: "text/plain; version=0.0.4; charset=utf-8"),
        { } path when path.StartsWith(DebugPrefix, StringComparison.Ordinal) => PageAsync(http, pages, path[DebugPrefix.Length..]),
        _ => TextAsync(http, "404 page not found\n", StatusCodes.Status404NotFound),
    };

    private static Task PageAsync(HttpContext http, DebugPages pages, string page) =>
        pages.Answer(page, new DebugQuery(http.Request.Query["proxyID"].ToString())) is { } answer
            ? TextAsync(http, answer.Text, answer.Status, answer.IsJson ? "application/json" : "text/plain; charset=utf-8")
            : TextAsync(http, "404 page not found\n", StatusCodes.Status404NotFound);

    private static Task TextAsync(HttpContext http, string text, int status = StatusCodes.Status200OK, string contentType = "text/plain; charset=utf-8")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
