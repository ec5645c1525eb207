using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
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
        "/debug/syncz" => JsonAsync(http, pages.SyncStatus()),
        "/debug/registryz" => JsonAsync(http, pages.Registry()),
        "/debug/endpointz" => JsonAsync(http, pages.Endpoints()),
        "/debug/configz" => JsonAsync(http, pages.Configuration()),
        "/debug/connections" => JsonAsync(http, pages.Connections()),
        "/debug/config_dump" => DumpAsync(http, pages),
        _ => TextAsync(http, "404 page not found\n", StatusCodes.Status404NotFound),
    };

    private static Task DumpAsync(HttpContext http, DebugPages pages)
    {
        var proxy = http.Request.Query["proxyID"].ToString();
        if (proxy.Length == 0)
        {
            return TextAsync(http, "You must provide a proxyID in the query string\n", StatusCodes.Status400BadRequest);
        }

        return pages.ConfigDump(proxy) is { } dump
            ? TextAsync(http, dump, contentType: "application/json")
            : TextAsync(http, $"Proxy not connected to this Pilot instance. It may be connected to another instance.\n", StatusCodes.Status404NotFound);
    }

    private static Task JsonAsync(HttpContext http, JsonNode content) => TextAsync(http, content.ToJsonString(), contentType: "application/json");

    private static Task TextAsync(HttpContext http, string text, int status = StatusCodes.Status200OK, string contentType = "text/plain; charset=utf-8")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
