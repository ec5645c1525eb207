using Google.Protobuf.WellKnownTypes;
using Istio.Envoy.Config.Filter.Http.Alpn.V2Alpha1;
using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>ALPN values to offer upstream, by the protocol spoken there.</summary>
internal sealed record AlpnOverrides(IReadOnlyList<string>? Http11, IReadOnlyList<string>? Http2)
{
    public IReadOnlyList<string>? For(bool isHttp2) => isHttp2 ? Http2 : Http11;
}

/// <summary>istio.alpn: has the upstream handshake say which protocol of the mesh follows, so that the server can choose its filter chain.</summary>
internal sealed class AlpnFilter : HttpFilter
{
    private readonly AlpnOverrides _overrides;

    public AlpnFilter(Any? config)
    {
        var values = config is not null && config.Is(FilterConfig.Descriptor)
            ? FilterConfig.Parser.ParseFrom(config.Value).AlpnOverride.ToDictionary(entry => entry.UpstreamProtocol.ToString().ToUpperInvariant(), entry => (IReadOnlyList<string>)[.. entry.AlpnOverride_])
            : FromStruct(HttpFilterCompiler.TypedStructValue(config));
        _overrides = new AlpnOverrides(values.GetValueOrDefault("HTTP11"), values.GetValueOrDefault("HTTP2"));
    }

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        exchange.AlpnOverrides = _overrides;
        return ValueTask.FromResult(FilterVerdict.Continue);
    }

    private static Dictionary<string, IReadOnlyList<string>> FromStruct(Struct? value)
    {
        var overrides = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (value is not null && value.Fields.TryGetValue("alpn_override", out var list))
        {
            foreach (var entry in list.ListValue.Values.Select(item => item.StructValue.Fields))
            {
                var protocol = entry.TryGetValue("upstream_protocol", out var name) ? name.StringValue : "HTTP10";
                overrides[protocol] = [.. entry["alpn_override"].ListValue.Values.Select(item => item.StringValue)];
            }
        }

        return overrides;
    }
}
