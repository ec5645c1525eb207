using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>Whether a request goes on to the next filter.</summary>
internal enum FilterVerdict
{
    Continue,

    /// <summary>The filter has answered; neither later filters nor the upstream see the request.</summary>
    Answered,
}

/// <summary>
/// One HTTP filter of a chain. An instance belongs to a configuration and serves many requests at once:
/// what belongs to one request is kept in the <see cref="HttpExchange"/>.
/// </summary>
internal abstract class HttpFilter
{
    /// <summary>Called in configured order, before the request goes upstream.</summary>
    public virtual ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange) => ValueTask.FromResult(FilterVerdict.Continue);

    /// <summary>Called in reverse order when the response's headers are known and may still be changed, for local replies too.</summary>
    public virtual void OnResponse(HttpExchange exchange)
    {
    }

    /// <summary>Called in configured order when all is over, however it ended.</summary>
    public virtual void OnComplete(HttpExchange exchange)
    {
    }
}
