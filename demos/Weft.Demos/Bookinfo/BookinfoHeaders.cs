using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo;

/// <summary>What a Bookinfo service hands on from the request that it answers to the calls that it makes for it.</summary>
internal sealed class BookinfoHeaders
{
    private const string EndUser = "end-user";

    private static readonly string[] Always =
    [
        "x-request-id", "x-ot-span-context", "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "traceparent", "tracestate",
        "x-cloud-trace-context", "grpc-trace-bin", "sw8", "user-agent", "cookie", "authorization", "jwt",
    ];

    private static readonly string[] Inner = ["x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags", EndUser];

    private readonly List<(string Name, string Value)> _values = [];
    private TraceContext _trace = TraceContext.None;

    private BookinfoHeaders()
    {
    }

    /// <summary>For the product page: it tells the others who has signed in, and normalises the trace context to B3's several headers.</summary>
    /// <param name="user">The signed-in user; empty when there is none. A caller's own end-user header is not believed.</param>
    public static BookinfoHeaders FromVisitor(HttpRequest request, string user)
    {
        var headers = new BookinfoHeaders { _trace = TraceContext.Extract(request.Headers) };
        headers.Take(request, Always);
        if (user.Length > 0)
        {
            headers._values.Add((EndUser, user));
        }

        return headers;
    }

    /// <summary>For the services behind the product page: as it came.</summary>
    public static BookinfoHeaders From(HttpRequest request)
    {
        var headers = new BookinfoHeaders();
        headers.Take(request, Always);
        headers.Take(request, Inner);
        return headers;
    }

    public void Apply(HttpRequestMessage request)
    {
        _trace.InjectB3Multi(request);
        foreach (var (name, value) in _values)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private void Take(HttpRequest request, string[] names)
    {
        foreach (var name in names)
        {
            if (request.Headers[name].ToString() is { Length: > 0 } value)
            {
                _values.Add((name, value));
            }
        }
    }
}
