using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace Weft.ApiServer.Streams;

/// <summary>One stream of a SPDY connection, opened by the client: what it sends is read from Input; Output goes back to it.</summary>
internal sealed class SpdyStream(SpdyConnection connection, int id, IReadOnlyDictionary<string, string> headers)
{
    // A stream that is not read holds up its connection, not the memory: SPDY's windows are not used by these clients.
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024));

    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    public PipeReader Input => _received.Reader;

    internal PipeWriter Received => _received.Writer;

    public Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => connection.DataAsync(id, content, last: false, cancellationToken);

    /// <summary>Nothing more goes to the client.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => connection.DataAsync(id, default, last: true, cancellationToken);
}

/// <summary>The server's side of a SPDY/3.1 connection over any stream of bytes, as far as Kubernetes' port-forward needs it.</summary>
internal sealed class SpdyConnection(Stream transport, Func<SpdyStream, Task> opened) : IDisposable
{
    private const int LargestFrame = 1024 * 1024;
    private const int MostStreams = 1024;
    private const byte Fin = 1;
    private readonly SpdyHeaders _headers = new();
    private readonly ConcurrentDictionary<int, SpdyStream> _streams = [];
    private readonly SemaphoreSlim _sending = new(1);

    private enum Frame
    {
        SynStream = 1,
        SynReply = 2,
        Reset = 3,
        Ping = 6,
        GoAway = 7,
    }

    /// <summary>Serves until the client goes. Throws InvalidDataException for what is not SPDY.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var head = new byte[8];
        try
        {
            while (await FillAsync(head, cancellationToken))
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) & 0xffffff;
                if (length > LargestFrame) throw new InvalidDataException("the frame is too large");
                var content = new byte[length];
                if (length > 0 && !await FillAsync(content, cancellationToken)) return;
                if ((head[0] & 0x80) == 0) await TakeDataAsync(BinaryPrimitives.ReadInt32BigEndian(head) & 0x7fffffff, head[4], content, cancellationToken);
                else if (!await TakeControlAsync((Frame)BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), head[4], content, cancellationToken)) return;
            }
        }
        finally
        {
            foreach (var stream in _streams.Values) await stream.Received.CompleteAsync();
        }
    }

    public async Task DataAsync(int id, ReadOnlyMemory<byte> content, bool last, CancellationToken cancellationToken)
    {
        var frame = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, id);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), content.Length | (last ? Fin << 24 : 0));
        content.CopyTo(frame.AsMemory(8));
        await SendAsync(frame, cancellationToken);
        if (last) _streams.TryRemove(id, out _);
    }

    public void Dispose()
    {
        _headers.Dispose();
        _sending.Dispose();
    }

    private async Task TakeDataAsync(int id, byte flags, byte[] content, CancellationToken cancellationToken)
    {
        if (!_streams.TryGetValue(id, out var stream)) return;
        if (content.Length > 0) await stream.Received.WriteAsync(content, cancellationToken);
        if ((flags & Fin) != 0) await stream.Received.CompleteAsync();
    }

    /// <summary>False when the client says goodbye.</summary>
    private async Task<bool> TakeControlAsync(Frame kind, byte flags, byte[] content, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case Frame.SynStream:
                await OpenAsync(flags, content, cancellationToken);
                break;
            case Frame.Reset when content.Length >= 4 && _streams.TryRemove(BinaryPrimitives.ReadInt32BigEndian(content), out var gone):
                await gone.Received.CompleteAsync();
                break;
            case Frame.Ping:
                await SendAsync(Control(Frame.Ping, content), cancellationToken);
                break;
            case Frame.GoAway:
                return false;
        }

        return true;
    }

    private async Task OpenAsync(byte flags, byte[] content, CancellationToken cancellationToken)
    {
        if (content.Length < 10 || _streams.Count >= MostStreams) throw new InvalidDataException("the stream cannot be opened");
        var id = BinaryPrimitives.ReadInt32BigEndian(content) & 0x7fffffff;
        var stream = new SpdyStream(this, id, _headers.Read(content.AsSpan(10)));
        _streams[id] = stream;
        if ((flags & Fin) != 0) await stream.Received.CompleteAsync();
        await ReplyAsync(id, cancellationToken);
        await opened(stream);
    }

    private async Task ReplyAsync(int id, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // Header blocks go out in the order they are written: they are one compressed stream.
            var block = _headers.Write();
            var content = new byte[4 + block.Length];
            BinaryPrimitives.WriteInt32BigEndian(content, id);
            block.CopyTo(content, 4);
            await transport.WriteAsync(Control(Frame.SynReply, content), cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private static byte[] Control(Frame kind, byte[] content)
    {
        var frame = new byte[8 + content.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, 0x8003);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)kind);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), content.Length);
        content.CopyTo(frame, 8);
        return frame;
    }

    private async Task SendAsync(byte[] frame, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await transport.WriteAsync(frame, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>False at the end of the transport.</summary>
    private async Task<bool> FillAsync(byte[] buffer, CancellationToken cancellationToken) =>
        await transport.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) == buffer.Length;
}
