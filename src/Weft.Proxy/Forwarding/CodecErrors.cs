using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Forwarding;

/// <summary>What Envoy calls the ways in which a client breaks HTTP/1.1 (StreamInfo::ResponseCodeDetails).</summary>
internal static class CodecErrors
{
    // Kestrel gives its reasons in words only.
    private const string CutShort = "Unexpected end of request content";

    /// <summary>Whether the client broke off in the middle of a body: it left, and did nothing wrong.</summary>
    public static bool IsCutShort(BadHttpRequestException error) => error.Message.StartsWith(CutShort, StringComparison.Ordinal);

    public static string DetailsOf(BadHttpRequestException error) => error.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => "request_header_timeout",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "http1.headers_too_large",
        _ => "http1.codec_error",
    };
}
