using Weft.Proxy.Forwarding;

namespace Weft.Proxy.Filters.Http;

/// <summary>envoy.filters.http.grpc_web: lets browsers call gRPC servers. Requests become gRPC, responses gRPC-Web, whose trailers are a last frame of the body.</summary>
internal sealed class GrpcWebFilter : HttpFilter
{
    public const string Name = "envoy.filters.http.grpc_web";

    private const string Web = "application/grpc-web";
    private const string WebText = "application/grpc-web-text";

    public override ValueTask<FilterVerdict> OnRequestAsync(HttpExchange exchange)
    {
        var type = exchange.RequestHeaders.ContentType.ToString();
        if (type.StartsWith(Web, StringComparison.OrdinalIgnoreCase))
        {
            var isText = type.StartsWith(WebText, StringComparison.OrdinalIgnoreCase);
            exchange.GrpcWeb = new GrpcWebCodec(isText);
            exchange.IsGrpc = true;
            var headers = exchange.RequestHeaders;
            headers.ContentType = "application/grpc" + type[(isText ? WebText : Web).Length..];
            headers.ContentLength = null;
            headers.TE = "trailers";
            headers["grpc-accept-encoding"] = "identity,deflate,gzip";
        }

        return ValueTask.FromResult(FilterVerdict.Continue);
    }

    public override void OnResponse(HttpExchange exchange)
    {
        var type = exchange.ResponseHeaders.ContentType.ToString();
        if (exchange.GrpcWeb is { } codec && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
        {
            exchange.ResponseHeaders.ContentType = (codec.IsText ? WebText : Web) + (type.Length > "application/grpc".Length ? type["application/grpc".Length..] : "+proto");
            exchange.ResponseHeaders.ContentLength = null;
        }
    }
}
