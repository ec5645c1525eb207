using System.Runtime.CompilerServices;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// A connection for SslStream to stand on. SslStream waits for each record by a read of no bytes, for which the framework asks the system twice before the real read;
/// here that read takes what there is into a small buffer.
/// </summary>
internal sealed class ReadAheadStream(Stream connection) : AsyncStream
{
    private const int Size = 4096;

    private readonly byte[] _ahead = new byte[Size];
    private int _start;
    private int _end;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end)
        {
            if (!buffer.IsEmpty)
            {
                return await connection.ReadAsync(buffer, cancellationToken);
            }

            (_start, _end) = (0, await connection.ReadAsync(_ahead, cancellationToken));
            return 0;
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _ahead.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }
}
