using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.External.HttpBin;

/// <summary>httpbin.org. Like the public one it is not always well: each fiftieth request to /status gets 504.</summary>
internal sealed class HttpBinOrg(TimeProvider time) : IExternalSite
{
    private const int FailureEvery = 50;

    private int _requests;

    public void Map(WebApplication application)
    {
        application.Use((request, next) => IsOverloaded(request)
            ? request.Response.WriteTextAsync(504, "text/plain", "httpbin.org is overloaded\n")
            : next(request));
        new HttpBinEndpoints(time, headersAsLists: false).Map(application);
    }

    private bool IsOverloaded(HttpContext request) =>
        request.Request.Path.StartsWithSegments("/status", StringComparison.Ordinal) && Interlocked.Increment(ref _requests) % FailureEvery == 0;
}
