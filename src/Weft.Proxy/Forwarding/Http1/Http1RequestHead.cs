using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>How the length of a request's body is told.</summary>
internal enum RequestFraming
{
    None,
    Length,
    Chunked,
}

/// <summary>Writes the head of a request. Nothing that a header, path or host contains can end its line.</summary>
internal static class Http1RequestHead
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n\0");

    // A URI has none of these unescaped; what a rewrite put there is escaped, so that it cannot end the request line.
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create([.. Enumerable.Range(0, 0x21).Select(code => (char)code), '\x7f']);

    public static RequestFraming FramingOf(OutgoingRequest request) =>
        request.Body is null ? RequestFraming.None : request.Headers.ContentLength is null ? RequestFraming.Chunked : RequestFraming.Length;

    /// <param name="closes">Whether the connection ends with this request.</param>
    public static void Write(PooledBytes output, OutgoingRequest request, RequestFraming framing, bool closes)
    {
        output.Append(request.Method);
        output.Append(" "u8);
        AppendPath(output, request.Path);
        output.Append(" HTTP/1.1\r\n"u8);
        AppendHeader(output, "Host", request.Authority);
        var passing = PassingHeaders.Of(request.Headers);
        foreach (var (name, values) in request.Headers)
        {
            if (passing.Includes(name) && !IsOwn(name, request))
            {
                foreach (var value in values)
                {
                    AppendHeader(output, name, value ?? "");
                }
            }
        }

        AppendFraming(output, request, framing);
        if (HttpHeaderRules.AllowsTrailers(request.Headers.TE))
        {
            output.Append("TE: trailers\r\n"u8);
        }

        if (request.Upgrade is { } upgrade)
        {
            output.Append("Connection: Upgrade\r\n"u8);
            AppendHeader(output, "Upgrade", upgrade);
        }
        else if (closes)
        {
            output.Append("Connection: close\r\n"u8);
        }

        output.Append("\r\n"u8);
    }

    /// <summary>One header line. A name or value that would break its line is left out.</summary>
    public static void AppendHeader(PooledBytes output, string name, string value)
    {
        if (value.AsSpan().ContainsAny(LineEnds) || !HeaderLine.IsName(name))
        {
            return;
        }

        output.Append(name);
        output.Append(": "u8);
        output.Append(value);
        output.Append("\r\n"u8);
    }

    // Host, the length and the wait for 100 Continue are told as they are, not as they came.
    private static bool IsOwn(string name, OutgoingRequest request) => name.Length switch
    {
        4 => name.Equals("host", StringComparison.OrdinalIgnoreCase),
        6 => name.Equals("expect", StringComparison.OrdinalIgnoreCase) && !request.ExpectsContinue,
        14 => name.Equals("content-length", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static void AppendFraming(PooledBytes output, OutgoingRequest request, RequestFraming framing)
    {
        switch (framing)
        {
            case RequestFraming.Chunked:
                output.Append("Transfer-Encoding: chunked\r\n"u8);
                break;
            case RequestFraming.Length:
                output.Append("Content-Length: "u8);
                output.AppendDecimal(request.Headers.ContentLength!.Value);
                output.Append("\r\n"u8);
                break;
            default:
                if (request.Headers.ContentLength is not null || ExpectsBody(request.Method))
                {
                    output.Append("Content-Length: 0\r\n"u8);
                }

                break;
        }
    }

    private static bool ExpectsBody(string method) =>
        !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsDelete(method) || HttpMethods.IsTrace(method) || HttpMethods.IsConnect(method) || HttpMethods.IsOptions(method));

    private static void AppendPath(PooledBytes output, string path)
    {
        var rest = path.AsSpan();
        while (rest.IndexOfAny(NotInPaths) is var at && at >= 0)
        {
            output.Append(rest[..at]);
            output.Append($"%{(int)rest[at]:X2}");
            rest = rest[(at + 1)..];
        }

        output.Append(rest);
    }
}
