using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>Where the body of a response ends.</summary>
internal enum ResponseEnd
{
    /// <summary>There is no body.</summary>
    Head,
    Length,
    LastChunk,

    /// <summary>The end of the connection.</summary>
    Close,
}

/// <summary>What a response's head says of its body and of the connection after it (RFC 9112 section 6.3 and 9.3).</summary>
/// <param name="Length">Of the body, where <see cref="End"/> says so.</param>
/// <param name="KeepsConnection">Whether another request may follow on it.</param>
internal readonly record struct ResponseFraming(ResponseEnd End, long Length, bool KeepsConnection)
{
    /// <exception cref="UpstreamProtocolException">The length is told in a way that two readers could understand differently.</exception>
    public static ResponseFraming Of(Http1ResponseHead head, string method)
    {
        if (head.Status == StatusCodes.Status101SwitchingProtocols)
        {
            return new ResponseFraming(ResponseEnd.Close, 0, false);
        }

        var length = LengthOf(head);
        var isChunked = IsChunked(head);
        if (isChunked && length is not null)
        {
            throw new UpstreamProtocolException("both content-length and transfer-encoding");
        }

        var keeps = KeepsAlive(head);
        return HasNoBody(head.Status, method) ? new(ResponseEnd.Head, 0, keeps)
            : isChunked ? new(ResponseEnd.LastChunk, 0, keeps)
            : length is { } known ? new(ResponseEnd.Length, known, keeps)
            : new(ResponseEnd.Close, 0, false);
    }

    private static bool HasNoBody(int status, string method) =>
        status is < 200 or StatusCodes.Status204NoContent or StatusCodes.Status304NotModified || HttpMethods.IsHead(method);

    private static long? LengthOf(Http1ResponseHead head)
    {
        long? length = null;
        foreach (var (name, value) in head.Headers)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var told) || (length ?? told) != told)
            {
                throw new UpstreamProtocolException("bad content-length");
            }

            length = told;
        }

        return length;
    }

    // Any other coding, or one with HTTP/1.0, says nothing certain of where the body ends.
    private static bool IsChunked(Http1ResponseHead head)
    {
        var coding = head.Find("Transfer-Encoding");
        return coding is not null
            && (coding.Equals("chunked", StringComparison.OrdinalIgnoreCase) && !head.IsHttp10 ? true : throw new UpstreamProtocolException("unsupported transfer-encoding"));
    }

    private static bool KeepsAlive(Http1ResponseHead head)
    {
        var connection = head.Find("Connection");
        return connection is null ? !head.IsHttp10
            : head.IsHttp10 ? Lists(connection, "keep-alive") && !Lists(connection, "close")
            : !Lists(connection, "close");
    }

    private static bool Lists(string connection, string token)
    {
        foreach (var part in connection.AsSpan().Split(','))
        {
            if (connection.AsSpan()[part].Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
