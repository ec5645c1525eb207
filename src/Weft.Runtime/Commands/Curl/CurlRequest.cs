using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Weft.Runtime.Commands.Curl;

/// <summary>Makes the HTTP request that curl's options describe.</summary>
internal static class CurlRequest
{
    /// <summary>A URL as curl reads it: http when it names no scheme.</summary>
    public static Uri UrlOf(string text)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw new CurlException(CurlException.BadUrl, $"URL rejected: Malformed input to a URL function: {text}");
        return url.Scheme is "http" or "https" ? url : throw new CurlException(CurlException.Unsupported, $"Protocol \"{url.Scheme}\" not supported");
    }

    /// <param name="typed">What <c>@-</c> stands for.</param>
    public static HttpRequestMessage Of(CurlOptions options, Uri url, ReadOnlyMemory<byte> typed)
    {
        var hasBody = !options.Data.IsEmpty && !options.Get;
        var address = options.Get && !options.Data.IsEmpty ? new UriBuilder(url) { Query = string.Join('&', options.Data) }.Uri : url;
        var request = new HttpRequestMessage(MethodOf(options, hasBody), address) { Content = hasBody ? Body(options, typed) : null };
        (request.Version, request.VersionPolicy) = options.Http switch
        {
            CurlHttp.Http2PriorKnowledge => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
            CurlHttp.Http11 => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
            // Over TLS the server chooses, without it this means 1.1.
            _ => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
        };
        Set(request, "User-Agent", options.UserAgent);
        Set(request, "Accept", "*/*");
        if (options.User is { } user)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        foreach (var header in options.Headers)
            Take(request, header);
        return request;
    }

    private static HttpMethod MethodOf(CurlOptions options, bool hasBody) => options switch
    {
        { Method: { } method } when method.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_') && method.Length > 0 => new HttpMethod(method),
        { Method: { } method } => throw new CurlException(CurlException.Usage, $"'{method}' is no method"),
        { Head: true } => HttpMethod.Head,
        _ => hasBody ? HttpMethod.Post : HttpMethod.Get,
    };

    private static ReadOnlyMemoryContent Body(CurlOptions options, ReadOnlyMemory<byte> typed)
    {
        using var body = new MemoryStream();
        foreach (var part in options.Data)
        {
            if (body.Length > 0)
                body.WriteByte((byte)'&');
            body.Write(part == "@-" ? typed.Span : Encoding.UTF8.GetBytes(part));
        }

        var content = new ReadOnlyMemoryContent(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        return content;
    }

    private static void Take(HttpRequestMessage request, string header)
    {
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && header[(colon + 1)..].Trim() is { Length: > 0 } value)
            Set(request, header[..colon].Trim(), value);
        else if (colon > 0)
            Remove(request, header[..colon].Trim());
        else if (header.EndsWith(';'))
            Set(request, header[..^1].Trim(), "");
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        if (name.Length == 0 || name.Any(character => character is <= ' ' or >= '\x7f' or ':') || value.AsSpan().ContainsAny('\r', '\n'))
            throw new CurlException(43, $"'{name}' cannot be sent as a header");
        Remove(request, name);
        if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            request.Headers.Host = value;
        else if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    private static void Remove(HttpRequestMessage request, string name)
    {
        if (request.Headers.TryGetValues(name, out _))
            request.Headers.Remove(name);
        else if (request.Content?.Headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) == true)
            request.Content.Headers.Remove(name);
    }
}
