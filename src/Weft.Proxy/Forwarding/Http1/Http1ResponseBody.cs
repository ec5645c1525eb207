using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>Reads the bodies of one connection's responses, one after another, each to its own end.</summary>
internal sealed class Http1ResponseBody(Http1Input input)
{
    private readonly ChunkedDecoder _chunks = new();
    private ResponseFraming _framing;
    private long _missing;

    /// <summary>Whether all of the present one has been read.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether another response may follow the present one.</summary>
    public bool KeepsConnection => _framing.KeepsConnection && IsOver && input.IsEmpty;

    /// <summary>Known at the end.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Trailers => _framing.End == ResponseEnd.LastChunk ? _chunks.Trailers : [];

    /// <summary>The body after a head that was just read.</summary>
    public void Begin(ResponseFraming framing)
    {
        _framing = framing;
        _missing = framing.Length;
        IsOver = framing.End == ResponseEnd.Head || (framing.End == ResponseEnd.Length && framing.Length == 0);
        _chunks.Clear();
    }

    /// <summary>There is none: the last request got no response.</summary>
    public void Forget() => (_framing, IsOver) = (default, false);

    /// <returns>How many bytes; 0 at the end.</returns>
    /// <exception cref="IOException">The connection broke, or what came is no body of its kind.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer) =>
        IsOver ? new(0) : _framing.End == ResponseEnd.LastChunk ? ReadChunkAsync(buffer) : ReadPlainAsync(buffer);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadPlainAsync(Memory<byte> buffer)
    {
        var isLimited = _framing.End == ResponseEnd.Length;
        var count = await input.ReadAsync(isLimited && buffer.Length > _missing ? buffer[..(int)_missing] : buffer);
        if (isLimited)
        {
            _missing -= count > 0 ? count : throw Broken();
        }

        IsOver = isLimited ? _missing == 0 : count == 0;
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadChunkAsync(Memory<byte> buffer)
    {
        while (true)
        {
            var count = _chunks.Read(input.Unread, buffer.Span, out var consumed);
            input.Consume(consumed);
            IsOver = _chunks.IsDone;
            if (count > 0 || IsOver)
            {
                return count;
            }

            if (_chunks.Missing > 0 && input.IsEmpty)
            {
                count = await input.ReadAsync(_chunks.Missing < buffer.Length ? buffer[..(int)_chunks.Missing] : buffer);
                _chunks.Took(count > 0 ? count : throw Broken());
                return count;
            }

            if (!await input.FillAsync())
            {
                throw Broken();
            }
        }
    }

    private static EndOfStreamException Broken() => new("the upstream ended the connection in the middle of its response");
}
