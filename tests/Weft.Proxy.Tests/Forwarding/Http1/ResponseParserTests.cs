using System.Text;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>What an upstream may send, in pieces of any size; and what it may not.</summary>
public sealed class ResponseParserTests
{
    public static TheoryData<string, string> Bad() => new()
    {
        { "no HTTP", "SSH-2.0-OpenSSH_9.2\r\n" },
        { "version", "HTTP/2.0 200 OK\r\n\r\n" },
        { "minor version", "HTTP/1.2 200 OK\r\n\r\n" },
        { "short status", "HTTP/1.1 20 OK\r\n\r\n" },
        { "signed status", "HTTP/1.1 +20 OK\r\n\r\n" },
        { "status below 100", "HTTP/1.1 099 OK\r\n\r\n" },
        { "long status", "HTTP/1.1 2000 OK\r\n\r\n" },
        { "empty first line", "\r\nHTTP/1.1 200 OK\r\n\r\n" },
        { "space before colon", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n" },
        { "no colon", "HTTP/1.1 200 OK\r\nContent-Length 5\r\n\r\n" },
        { "no name", "HTTP/1.1 200 OK\r\n: 5\r\n\r\n" },
        { "folded line", "HTTP/1.1 200 OK\r\nX: y\r\n Content-Length: 5\r\n\r\n" },
        { "carriage return in a value", "HTTP/1.1 200 OK\r\nX: a\rContent-Length: 5\r\n\r\n" },
        { "nul in a value", "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n" },
        { "non-token name", "HTTP/1.1 200 OK\r\nX(y): a\r\n\r\n" },
        { "length and coding", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" },
        { "two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" },
        { "list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n" },
        { "negative length", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" },
        { "signed length", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n" },
        { "huge length", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" },
        { "empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n" },
        { "unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" },
        { "coding twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" },
        { "two codings", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" },
        { "chunked in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" },
        { "hex size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" },
        { "negative size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n" },
        { "no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n" },
        { "size with nul", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\0\r\nhello\r\n0\r\n\r\n" },
        { "size too long", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" },
        { "space before size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n" },
        { "bare line feed after size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n" },
        { "line feed in an extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;\nhello\r\n0\r\n\r\n" },
        { "chunk longer than its size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n" },
        { "bad trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX y\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_could_be_read_in_two_ways_is_refused(string what, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);

        Assert.True(ParsedResponse.Of(bytes, _ => bytes.Length).IsRefused, what);
        Assert.True(ParsedResponse.Of(bytes, _ => 1).IsRefused, what);
    }

    [Fact]
    public void Any_split_of_the_bytes_reads_the_same()
    {
        var random = new Random(20_261_121);
        for (var turn = 0; turn < 400; turn++)
        {
            var (bytes, body, trailers) = Good(random);
            var whole = ParsedResponse.Of(bytes, _ => bytes.Length);
            var pieces = ParsedResponse.Of(bytes, left => random.Next(1, Math.Min(left, 40) + 1));

            Assert.False(whole.IsRefused);
            Assert.Equal(body, whole.Body);
            Assert.Equal(trailers, whole.Trailers);
            Assert.True(whole.IsOver);
            Assert.Equal(whole.Text, pieces.Text);
        }
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_read_the_same_however_they_are_split()
    {
        var random = new Random(20_261_122);
        for (var turn = 0; turn < 3000; turn++)
        {
            var (bytes, _, _) = Good(random);
            for (var hit = random.Next(1, 4); hit > 0; hit--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var whole = ParsedResponse.Of(bytes, _ => bytes.Length);

            Assert.Equal(whole.Text, ParsedResponse.Of(bytes, _ => 1).Text);
            Assert.Equal(whole.Text, ParsedResponse.Of(bytes, left => random.Next(1, left + 1)).Text);
        }
    }

    [Fact]
    public void Garbage_is_refused_or_incomplete()
    {
        var random = new Random(20_261_123);
        for (var turn = 0; turn < 2000; turn++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);

            var parsed = ParsedResponse.Of(bytes, left => random.Next(1, left + 1));

            Assert.True(parsed.IsRefused || !parsed.HasHead);
        }
    }

    [Fact]
    public void A_head_ends_somewhere()
    {
        Assert.True(ParsedResponse.Of(Latin1($"HTTP/1.1 200 OK\r\nX: {new string('x', Http1ResponseHead.MaxBytes)}"), _ => 4096).IsRefused);
        Assert.True(ParsedResponse.Of(Latin1($"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Range(0, Http1ResponseHead.MaxHeaders + 1).Select(index => $"x{index}: y\r\n"))}\r\n"), _ => 4096).IsRefused);
        Assert.True(ParsedResponse.Of(Latin1($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: {new string('x', Http1ResponseHead.MaxBytes)}\r\n\r\n"), _ => 4096).IsRefused);
        Assert.True(ParsedResponse.Of(Latin1($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;{new string('x', 10_000)}\r\nhello\r\n0\r\n\r\n"), _ => 4096).IsRefused);
        Assert.False(ParsedResponse.Of(Latin1($"HTTP/1.1 200 OK\r\nX: {new string('x', 50_000)}\r\nContent-Length: 0\r\n\r\n"), _ => 4096).IsRefused);
    }

    [Theory]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", nameof(ResponseEnd.Length), true)]
    [InlineData("GET", "HTTP/1.1 200 OK\nContent-Length: 5\n\n", nameof(ResponseEnd.Length), true)]
    [InlineData("GET", "HTTP/1.1 200\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", nameof(ResponseEnd.Length), true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", nameof(ResponseEnd.Length), false)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close\r\n\r\n", nameof(ResponseEnd.Length), false)]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", nameof(ResponseEnd.Length), false)]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", nameof(ResponseEnd.Length), true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\ntransfer-encoding:CHUNKED\r\n\r\n", nameof(ResponseEnd.LastChunk), true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\n\r\n", nameof(ResponseEnd.Close), false)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", nameof(ResponseEnd.Head), true)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", nameof(ResponseEnd.Head), true)]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", nameof(ResponseEnd.Head), true)]
    [InlineData("GET", "HTTP/1.1 101 Switching Protocols\r\n\r\n", nameof(ResponseEnd.Close), false)]
    public void The_head_says_where_the_body_ends_and_what_becomes_of_the_connection(string method, string text, string end, bool keeps)
    {
        var head = new Http1ResponseHead();

        Assert.True(head.Read(Latin1(text), out var consumed));
        var framing = ResponseFraming.Of(head, method);

        Assert.Equal(text.Length, consumed);
        Assert.Equal((end, keeps), (framing.End.ToString(), framing.KeepsConnection));
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    // A response by the grammar, with what must come of it.
    private static (byte[] Bytes, string Body, string Trailers) Good(Random random)
    {
        var text = new StringBuilder($"HTTP/1.1 {random.Next(200, 600)}{(random.Next(2) == 0 ? " Fine" : "")}\r\n");
        for (var count = random.Next(6); count > 0; count--)
        {
            text.Append($"x-{count}:{new string(' ', random.Next(3))}{new string('v', random.Next(60))}\t\r\n");
        }

        var body = new string('b', random.Next(200));
        var trailers = "";
        if (random.Next(2) == 0)
        {
            text.Append($"Content-Length: {body.Length}\r\n\r\n{body}");
        }
        else
        {
            text.Append("Transfer-Encoding: chunked\r\n\r\n");
            for (var at = 0; at < body.Length;)
            {
                var size = random.Next(1, body.Length - at + 1);
                text.Append($"{(random.Next(2) == 0 ? size.ToString("x") : size.ToString("X4"))}{(random.Next(3) == 0 ? ";a=b" : "")}\r\n{body.AsSpan(at, size)}\r\n");
                at += size;
            }

            text.Append("0\r\n");
            for (var count = random.Next(3); count > 0; count--)
            {
                text.Append($"t-{count}: {count}\r\n");
                trailers += $"t-{count}={count};";
            }

            text.Append("\r\n");
        }

        // 204 and 304 have no body, whatever they say.
        return text.ToString(9, 3) is "204" or "304" ? Good(random) : (Latin1(text.ToString()), body, trailers);
    }
}
