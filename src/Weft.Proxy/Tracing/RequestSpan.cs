using Microsoft.AspNetCore.Http;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Tracing;

/// <summary>The span of one request through this proxy, and where it spawns one, the span of its forwarding. Belongs to the exchange's task.</summary>
internal sealed class RequestSpan
{
    private readonly TracingModel _model;
    private readonly TracingProvider _provider;
    private readonly bool _isShared;
    private TraceContext? _upstream;
    private TimeSpan _upstreamStart;

    private RequestSpan(TracingModel model, TracingProvider provider, TraceContext context, SpanKind kind, string name, bool isShared)
    {
        _model = model;
        _provider = provider;
        _isShared = isShared;
        Context = context;
        Kind = kind;
        Name = name;
    }

    public TraceContext Context { get; }

    public SpanKind Kind { get; }

    /// <summary>The operation: the route's decorator, or what the other proxy said it is.</summary>
    public string Name { get; set; }

    /// <summary>Begins the span of a request whose route is known, if tracing has a provider.</summary>
    public static void Begin(HttpExchange exchange)
    {
        if (exchange.Manager.Tracing is not { } model)
        {
            return;
        }

        var reason = RequestId.Decide(exchange, exchange.Route?.Sampling ?? model.Sampling);
        if ((model.Provider ?? exchange.Proxy.Node.Tracing?.Provider) is not { } provider)
        {
            return;
        }

        var received = TracePropagation.Extract(exchange.RequestHeaders, provider.Headers);
        var isSampled = received.IsSampled ?? reason != TraceReason.NotTraceable;
        var kind = model.SpawnsUpstreamSpan || !exchange.Manager.IsOutbound ? SpanKind.Server : SpanKind.Client;
        var isShared = provider.SharesSpans && kind == SpanKind.Server && received.Context is not null;
        var context = received.Context is not { } caller ? TraceContext.Root(isSampled, provider.UsesLongTraceIds)
            : isShared ? caller with { IsSampled = isSampled }
            : caller.Child() with { IsSampled = isSampled };
        exchange.Span = new RequestSpan(model, provider, context, kind, OperationOf(exchange), isShared);
    }

    /// <summary>Tells the upstream which span it works for.</summary>
    public void Inject(HttpExchange exchange)
    {
        if (_model.SpawnsUpstreamSpan)
        {
            _upstream = Context.Child();
            _upstreamStart = exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp);
        }

        TracePropagation.Inject(exchange.RequestHeaders, _upstream ?? Context, _provider.Headers);
    }

    /// <summary>The headers of a copy of the request that is not to be traced.</summary>
    public IHeaderDictionary HeadersOfUnsampled()
    {
        var headers = new HeaderDictionary();
        TracePropagation.Inject(headers, Context.Child() with { IsSampled = false }, _provider.Headers);
        return headers;
    }

    /// <summary>Hands what was recorded to the collector's queue; never waits.</summary>
    public void End(HttpExchange exchange)
    {
        if (!Context.IsSampled)
        {
            return;
        }

        var exporter = exchange.Proxy.Spans.For(_provider.Collector);
        var duration = exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp);
        var tags = SpanTags.OfRequest(exchange, _model);
        exporter.Add(new SpanRecord(Context, Kind, Name, exchange.StartTime, duration, tags, SpanTags.IsError(exchange))
        {
            IsShared = _isShared,
            LocalAddress = exchange.Connection.LocalAddress,
        });
        if (_upstream is { } upstream)
        {
            exporter.Add(new SpanRecord(
                upstream, SpanKind.Client, $"router {exchange.ClusterName} egress", exchange.StartTime + _upstreamStart, duration - _upstreamStart, SpanTags.OfUpstream(exchange), SpanTags.IsError(exchange))
            {
                LocalAddress = exchange.Connection.LocalAddress,
            });
        }
    }

    private static string OperationOf(HttpExchange exchange) =>
        exchange.Route is { Operation.Length: > 0 } route ? route.Operation : $"{(exchange.Manager.IsOutbound ? "egress" : "ingress")} {exchange.Authority}";
}

/// <summary>Whose work a span is.</summary>
internal enum SpanKind
{
    Server,
    Client,
}

/// <summary>A span that is over.</summary>
internal sealed record SpanRecord(
    TraceContext Context, SpanKind Kind, string Name, DateTimeOffset Start, TimeSpan Duration, IReadOnlyList<KeyValuePair<string, string>> Tags, bool IsError)
{
    /// <summary>Zipkin: the client reported this span too.</summary>
    public bool IsShared { get; init; }

    /// <summary>The proxy's own end of the connection.</summary>
    public required System.Net.IPEndPoint LocalAddress { get; init; }
}
