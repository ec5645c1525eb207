using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;

namespace Weft.Api.Access;

/// <summary>
/// Refuses what pages of other sites post (CSRF): a console on a developer's machine is anonymous, so no cookie keeps them out. Browsers tell where a request
/// comes from in <c>Sec-Fetch-Site</c> (Fetch Metadata), older ones in <c>Origin</c>; clients that are no browsers send neither and are let through.
/// </summary>
internal sealed class ForeignPageFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (!IsRead(request.Method) && IsOfForeignPage(request))
        {
            throw ApiException.Forbidden("a page of another site may not write here; open the console itself");
        }

        return next(context);
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsOfForeignPage(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
        {
            return site.ToString() is not ("same-origin" or "none");
        }

        // "null" is the origin of sandboxed frames and files.
        return request.Headers.TryGetValue("Origin", out var origin)
            && !(Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
