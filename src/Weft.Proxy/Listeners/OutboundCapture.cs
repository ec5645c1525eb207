using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Weft.Proxy.Listeners;

/// <summary>Where a captured connection was meant to go.</summary>
internal sealed record CapturedConnection
{
    public required IPEndPoint Destination { get; init; }

    /// <summary>The connection carries HTTP requests that each name their own destination (HTTP proxy requests, or plain ones with a Host).</summary>
    public bool IsHttpProxy { get; init; }

    /// <summary>The first request's head where it was read as one.</summary>
    public ProxyRequestHead? Head { get; init; }

    /// <summary>HTTP/2 with prior knowledge: the destination is in each request.</summary>
    public bool IsHttp2 { get; init; }
}

/// <summary>
/// Restores the original destination of a connection to the outbound port, which no packet redirection brought here:
/// SOCKS5, HTTP CONNECT, an HTTP proxy request, or a plain request by its Host.
/// </summary>
internal sealed class OutboundCapture(NameResolver names, TimeProvider time)
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(15);

    private static readonly byte[] Established = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\n");
    private static readonly byte[] BadRequest = Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    private static readonly byte[] BadGateway = Encoding.ASCII.GetBytes("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");

    /// <summary>Null when the client said nothing that can be understood; it has then been answered and is to be closed.</summary>
    public async Task<CapturedConnection?> RestoreAsync(DownstreamConnection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The clock starts with the first byte: an idle connection of a client's pool is no attack.
        var first = await connection.Input.ReadAsync(cancellationToken);
        connection.Input.AdvanceTo(first.Buffer.Start);
        if (first.Buffer.IsEmpty)
        {
            return null;
        }

        var isSocks = first.Buffer.FirstSpan[0] == Socks5.Version;
        await using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, HandshakeLimit, Timeout.InfiniteTimeSpan);
        return isSocks ? await SocksAsync(connection, limit.Token) : await HttpAsync(connection, limit.Token);
    }

    private async Task<CapturedConnection?> SocksAsync(DownstreamConnection connection, CancellationToken cancellationToken)
    {
        var accepts = await ReadAsync(connection.Input, static bytes => (Socks5.ReadGreeting(bytes, out var length, out var accepts), length, accepts), cancellationToken);
        if (accepts is not true)
        {
            await connection.Output.WriteAsync(Socks5.NoAcceptableMethod, cancellationToken);
            return null;
        }

        await connection.Output.WriteAsync(Socks5.MethodAccepted, cancellationToken);
        var request = await ReadAsync(
            connection.Input,
            static bytes => (Socks5.ReadRequest(bytes, out var length, out var destination, out var reply), length, new SocksRequest(destination, reply)),
            cancellationToken);
        if (request is null || request.Reply != Socks5.Succeeded)
        {
            await connection.Output.WriteAsync(Socks5.Reply(request?.Reply ?? Socks5.GeneralFailure, connection.LocalAddress), cancellationToken);
            return null;
        }

        var destination = await names.ResolveAsync(request.Destination, cancellationToken);
        await connection.Output.WriteAsync(Socks5.Reply(destination is null ? Socks5.HostUnreachable : Socks5.Succeeded, connection.LocalAddress), cancellationToken);
        return destination is null ? null : new CapturedConnection { Destination = destination };
    }

    private async Task<CapturedConnection?> HttpAsync(DownstreamConnection connection, CancellationToken cancellationToken)
    {
        var head = await PeekAsync(connection.Input, cancellationToken);
        if (head is null)
        {
            await connection.Output.WriteAsync(BadRequest, cancellationToken);
            return null;
        }

        if (head.IsHttp2)
        {
            return new CapturedConnection { Destination = connection.LocalAddress, IsHttpProxy = true, IsHttp2 = true };
        }

        var destination = await names.ResolveAsync(head.Head!.Destination, cancellationToken);
        if (destination is null)
        {
            await connection.Output.WriteAsync(BadGateway, cancellationToken);
            return null;
        }

        if (head.Head.Form != ProxyRequestForm.Connect)
        {
            return new CapturedConnection { Destination = destination, IsHttpProxy = true, Head = head.Head };
        }

        await SkipAsync(connection.Input, head.Head.HeadLength, cancellationToken);
        await connection.Output.WriteAsync(Established, cancellationToken);
        return new CapturedConnection { Destination = destination };
    }

    private static async Task<PeekedHead?> PeekAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var peeked = Peek(read.Buffer, out var state);
            input.AdvanceTo(read.Buffer.Start, state == InspectionState.NeedMore ? read.Buffer.End : read.Buffer.Start);
            if (state != InspectionState.NeedMore)
            {
                return peeked;
            }

            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static PeekedHead? Peek(ReadOnlySequence<byte> buffer, out InspectionState state)
    {
        var bytes = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
        state = HttpPreface.Inspect(bytes, out var protocol);
        if (state == InspectionState.Found && protocol == HttpPreface.H2c)
        {
            return new PeekedHead(null, true);
        }

        if (state != InspectionState.Found)
        {
            return null;
        }

        state = ProxyRequestHead.Read(bytes, out var head);
        return head is null ? null : new PeekedHead(head, false);
    }

    public static async Task SkipAsync(PipeReader input, int length, CancellationToken cancellationToken)
    {
        var read = await input.ReadAtLeastAsync(length, cancellationToken);
        input.AdvanceTo(read.Buffer.GetPosition(length));
    }

    private delegate (InspectionState State, int Length, T Value) Parser<T>(ReadOnlySpan<byte> bytes);

    private static async Task<T?> ReadAsync<T>(PipeReader input, Parser<T> parse, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var (state, length, value) = parse(read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray());
            if (state == InspectionState.Found)
            {
                input.AdvanceTo(read.Buffer.GetPosition(length));
                return value;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (state == InspectionState.NotFound || read.IsCompleted)
            {
                return default;
            }
        }
    }

    private sealed record SocksRequest(NamedDestination Destination, byte Reply);

    private sealed record PeekedHead(ProxyRequestHead? Head, bool IsHttp2);
}
