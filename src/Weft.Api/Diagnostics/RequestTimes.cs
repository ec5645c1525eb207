using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Console;

namespace Weft.Api.Diagnostics;

/// <summary>Counts how long each route takes to have its answer, the sending of the body left out, and how often it fails.</summary>
internal sealed class RequestTimes(WeftConsole console) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var started = console.Time.GetTimestamp();
        var route = (context.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        try
        {
            var result = await next(context);
            Count((result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK);
            return result;
        }
        catch (OperationCanceledException)
        {
            // Whoever asked has left.
            throw;
        }
        catch
        {
            Count(StatusCodes.Status500InternalServerError);
            throw;
        }

        void Count(int status) => console.Diagnostics.Answered(route, console.Time.GetElapsedTime(started), status);
    }
}
