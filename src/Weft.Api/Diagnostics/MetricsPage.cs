using Microsoft.AspNetCore.Http;
using Weft.Console;

namespace Weft.Api.Diagnostics;

/// <summary>The console's own metrics, as Kiali serves them at <c>/metrics</c> of a port of their own. Every other path there is 404.</summary>
public static class MetricsPage
{
    public static Task WriteAsync(HttpContext context, WeftConsole console)
    {
        if (context.Request.Path != "/metrics")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(console.Diagnostics.Text(), context.RequestAborted);
    }
}
