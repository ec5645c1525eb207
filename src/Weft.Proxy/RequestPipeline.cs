using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weft.Proxy.Filters.Network;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Tracing;

namespace Weft.Proxy;

/// <summary>
/// The path of one HTTP request, from the codec to the codec.
/// <code>
/// request: checks -> sanitize headers -> route -> HTTP filters in order -> act: cluster -> load balancer -> endpoint, or an answer of our own -> response through the filters
/// end:     metrics, access log, span
/// </code>
/// </summary>
internal sealed class RequestPipeline(ProxyContext proxy, NameResolver names)
{
    /// <summary>One HTTP request, from the codec to the codec.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var binding = context.Features.GetRequiredFeature<HttpConnectionBinding>();
        var target = await TargetOfAsync(context, binding);
        if (target is null)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            context.Response.Headers.Connection = "close";
            return;
        }

        var exchange = new HttpExchange(context, binding.Connection, target.Destination, target.Manager, proxy);
        CloseIfReplaced(exchange, binding);
        if (binding.Life?.Begin() == true)
        {
            CloseAfter(exchange);
        }

        try
        {
            await RunAsync(exchange);
        }
        finally
        {
            Complete(exchange);
            binding.Life?.Finish();
        }
    }

    // Requests of a proxy connection each choose their own listener, as connections of their own would.
    private async ValueTask<RequestTarget?> TargetOfAsync(HttpContext context, HttpConnectionBinding binding)
    {
        if (binding.Capture is not { IsHttpProxy: true })
        {
            return new RequestTarget(binding.Connection.OriginalDestination, binding.Manager);
        }

        if (ProxyRequestHead.ParseAuthority(context.Request.Host.Value ?? "", 80) is not { } named
            || await names.ResolveAsync(named, context.RequestAborted) is not { } destination
            || proxy.Config.Current.Listeners.ForDestination(destination) is not { } listener)
        {
            return null;
        }

        var protocol = context.Request.Protocol == "HTTP/2" ? HttpPreface.H2c : HttpPreface.Http11;
        var chain = listener.Match(new ConnectionTraits(destination, binding.Connection.RemoteAddress.Address, "", false, [protocol]));
        return chain?.Terminal is HttpConnectionManagerModel manager ? new RequestTarget(destination, manager) : null;
    }

    private static async Task RunAsync(HttpExchange exchange)
    {
        exchange.RequestHeaderBytes = HttpHeaderRules.HeaderBytes(exchange.RequestHeaders) + exchange.Method.Length + exchange.Path.Length + " HTTP/1.1\r\n\r\n ".Length;
        exchange.IsGrpc = exchange.Http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;
        if (!UpstreamRequest.HasBody(exchange.Http))
        {
            exchange.Timing.RequestReceived = exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp);
        }

        if (RequestChecks.Refusal(exchange) is { } refusal)
        {
            await LocalReply.SendAsync(exchange, refusal.Status, "", refusal.Flags, refusal.Details);
            return;
        }

        HttpHeaderRules.PrepareRequest(exchange);
        exchange.ChooseRoute();
        RequestSpan.Begin(exchange);
        HttpHeaderRules.ExchangeOperation(exchange);
        foreach (var filter in exchange.Manager.Filters)
        {
            if (await filter.OnRequestAsync(exchange) == Filters.Http.FilterVerdict.Answered)
            {
                return;
            }
        }

        await ActAsync(exchange);
    }

    private static Task ActAsync(HttpExchange exchange)
    {
        if (exchange.VirtualHost is { RequiresTls: true } && exchange.RequestHeader(HttpHeaderRules.ForwardedProto) != "https")
        {
            return Redirects.ToTlsAsync(exchange);
        }

        if (exchange.Route is null)
        {
            return LocalReply.RouteNotFoundAsync(exchange);
        }

        exchange.IsRouted = true;
        return exchange.Route.Action switch
        {
            ForwardAction forward => HttpForwarder.ForwardAsync(exchange, forward),
            DirectResponseAction direct => LocalReply.SendAsync(exchange, direct.Status, direct.Body, ResponseFlags.None, "direct_response"),
            RedirectAction redirect => Redirects.SendAsync(exchange, redirect),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private void Complete(HttpExchange exchange)
    {
        exchange.Timing.Ended = proxy.Time.GetElapsedTime(exchange.StartTimestamp);
        if (exchange.ResponseCode == 0 && exchange.Flags == ResponseFlags.None)
        {
            UpstreamFailures.ClientLeft(exchange);
        }

        foreach (var filter in exchange.Manager.Filters)
        {
            filter.OnComplete(exchange);
        }

        foreach (var log in exchange.Manager.AccessLogs)
        {
            log.Record(exchange, proxy);
        }

        exchange.Span?.End(exchange);
    }

    // Envoy drains the connections of a filter chain that was changed or is gone: this answer is the connection's last.
    private void CloseIfReplaced(HttpExchange exchange, HttpConnectionBinding binding)
    {
        var current = proxy.Config.Current.Listeners.ByName.GetValueOrDefault(binding.Listener.Name);
        if (!proxy.Lifecycle.IsDraining && (ReferenceEquals(current, binding.Listener) || current?.Serves(binding.Manager) == true))
        {
            return;
        }

        CloseAfter(exchange);
    }

    private static void CloseAfter(HttpExchange exchange)
    {
        if (exchange.IsHttp2)
        {
            exchange.Http.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else
        {
            exchange.ClosesConnection = true;
        }
    }

    private sealed record RequestTarget(IPEndPoint Destination, HttpConnectionManagerModel Manager);
}
