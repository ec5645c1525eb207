using System.Buffers;
using System.Runtime.CompilerServices;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>The receiving side of a connection: what has come and was not consumed yet. One reader at a time.</summary>
internal sealed class Http1Input(Stream stream)
{
    private const int Size = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>A read that began before anybody asked for its bytes; null when there is none. Its count is added by whoever waits for it.</summary>
    public Task<int>? Ahead { get; set; }

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    public bool IsEmpty => _start == _end;

    public void Consume(int count)
    {
        _start += count;
        if (IsEmpty)
        {
            (_start, _end) = (0, 0);
        }
    }

    /// <summary>Waits for more bytes.</summary>
    /// <returns>False at the end of the connection.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync()
    {
        var count = await (Ahead is null ? ReadAsync() : new ValueTask<int>(Ahead));
        Ahead = null;
        _end += count;
        return count > 0;
    }

    /// <summary>Begins a read; its count is to be given to <see cref="Ahead"/>.</summary>
    public ValueTask<int> ReadAsync()
    {
        MakeRoom();
        return stream.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None);
    }

    /// <summary>Reads past the buffer where that is empty, so that long bodies are not copied. No read is under way.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> target)
    {
        if (IsEmpty)
        {
            return stream.ReadAsync(target, CancellationToken.None);
        }

        var count = Math.Min(target.Length, _end - _start);
        Unread[..count].CopyTo(target.Span);
        Consume(count);
        return new(count);
    }

    /// <summary>Gives memory back. Nothing is being read.</summary>
    public void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = ([], 0, 0);
        }
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Size, _buffer.Length * 2));
            Unread.CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        (_start, _end) = (0, _end - _start);
    }
}
