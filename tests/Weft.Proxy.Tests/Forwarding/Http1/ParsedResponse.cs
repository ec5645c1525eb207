using System.Text;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>What the parsers make of bytes that come in pieces.</summary>
internal sealed record ParsedResponse(bool IsRefused, bool HasHead, bool IsOver, string Body, string Trailers, string Text)
{
    /// <param name="pieces">The length of the next piece, of what is left.</param>
    public static ParsedResponse Of(byte[] bytes, Func<int, int> pieces)
    {
        var head = new Http1ResponseHead();
        var chunks = new ChunkedDecoder();
        var body = new StringBuilder();
        ResponseFraming? framing = null;
        var (start, end, missing) = (0, 0, 0L);
        try
        {
            while (true)
            {
                if (framing is null)
                {
                    var isComplete = head.Read(bytes.AsSpan(start, end - start), out var consumed);
                    start += consumed;
                    framing = isComplete ? ResponseFraming.Of(head, "GET") : null;
                    missing = framing?.Length ?? 0;
                }

                if (framing is { End: ResponseEnd.LastChunk })
                {
                    start += Decode(chunks, bytes.AsSpan(start, end - start), body);
                }
                else if (framing is not null)
                {
                    var count = framing.Value.End == ResponseEnd.Head ? 0 : framing.Value.End == ResponseEnd.Length ? (int)Math.Min(missing, end - start) : end - start;
                    body.Append(Encoding.Latin1.GetString(bytes, start, count));
                    (start, missing) = (start + count, missing - count);
                }

                if (end == bytes.Length)
                {
                    break;
                }

                end += Math.Min(bytes.Length - end, pieces(bytes.Length - end));
            }
        }
        catch (UpstreamProtocolException)
        {
            return new ParsedResponse(true, framing is not null, false, "", "", "refused");
        }

        var trailers = string.Concat(chunks.Trailers.Select(trailer => $"{trailer.Key}={trailer.Value};"));
        var isOver = framing is { } known && (known.End switch { ResponseEnd.LastChunk => chunks.IsDone, ResponseEnd.Length => missing == 0, _ => true });
        var headers = string.Concat(head.Headers.Select(header => $"{header.Key}={header.Value};"));
        return new ParsedResponse(false, framing is not null, isOver, body.ToString(), trailers, $"{head.Status}|{headers}|{framing}|{body}|{trailers}|{isOver}|{start}");
    }

    private static int Decode(ChunkedDecoder chunks, ReadOnlySpan<byte> source, StringBuilder body)
    {
        Span<byte> target = stackalloc byte[7];
        var total = 0;
        while (true)
        {
            var count = chunks.Read(source[total..], target, out var consumed);
            total += consumed;
            body.Append(Encoding.Latin1.GetString(target[..count]));
            if (count == 0)
            {
                return total;
            }
        }
    }
}
