using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Travels;

/// <summary>What travels with a request through the demo: the portal's business headers and the trace context.</summary>
internal sealed record TravelHeaders
{
    public string Portal { get; init; } = "";

    public string Device { get; init; } = "";

    public string User { get; init; } = "";

    /// <summary>t1, t2 or t3; empty means t1.</summary>
    public string Travel { get; init; } = "";

    public TraceContext Trace { get; init; } = TraceContext.None;

    public static TravelHeaders From(HttpRequest request) => new()
    {
        Portal = request.Headers["portal"].ToString(),
        Device = request.Headers["device"].ToString(),
        User = request.Headers["user"].ToString(),
        Travel = request.Headers["travel"].ToString(),
        Trace = TraceContext.Extract(request.Headers),
    };

    /// <summary>Sets the headers that are not empty, and the trace context.</summary>
    public void Apply(HttpRequestMessage request)
    {
        foreach (var (name, value) in ((string, string)[])[("portal", Portal), ("device", Device), ("user", User), ("travel", Travel)])
        {
            if (value.Length > 0)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        Trace.Inject(request);
    }
}
