using System.Globalization;
using System.Text;

namespace Weft.Demos.Guestbook.Redis;

/// <summary>Reads Redis' protocol (RESP 2) from a connection: commands, inline or as arrays, and replies. Takes any bytes.</summary>
internal sealed class RespReader(Stream stream)
{
    public const int MaxLine = 64 * 1024;
    public const int MaxArguments = 1024;
    public const int MaxCommand = 4 * 1024 * 1024;
    public const int MaxSnapshot = 256 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Bytes taken so far; a replica acknowledges by them.</summary>
    public long Consumed { get; private set; }

    /// <summary>The next command's words; empty for an empty line; null at the end of the connection.</summary>
    /// <exception cref="InvalidDataException">The bytes are no command, or one over the limits.</exception>
    public async ValueTask<byte[][]?> ReadCommandAsync(CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(cancellationToken) is not { } line)
        {
            return null;
        }

        return line is [(byte)'*', ..] ? await ReadArgumentsAsync(Number(line, "invalid multibulk length", MaxArguments), cancellationToken) : Words(line);
    }

    /// <summary>A reply of one line or one bulk: its first byte (+ - : $) and its content; null content is a missing value.</summary>
    /// <exception cref="EndOfStreamException">The connection ends.</exception>
    /// <exception cref="InvalidDataException">The bytes are no such reply.</exception>
    public async ValueTask<(char Kind, byte[]? Content)> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("Redis closed the connection");
        switch (line)
        {
            case [(byte)'+' or (byte)'-' or (byte)':', .. var text]:
                return ((char)line[0], text);
            case [(byte)'$', (byte)'-', (byte)'1']:
                return ('$', null);
            case [(byte)'$', ..]:
                return ('$', await ReadBulkAsync(Number(line, "invalid bulk length", MaxCommand), cancellationToken));
            default:
                throw new InvalidDataException("Protocol error: unexpected reply");
        }
    }

    /// <summary>A line without its end; null at the end of the connection.</summary>
    public async ValueTask<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return line.Length == 0 ? null : throw new EndOfStreamException("Redis connection ended within a line");
            }

            var rest = _buffer.AsSpan(_start.._end);
            var end = rest.IndexOf((byte)'\n');
            var taken = end < 0 ? rest.Length : end + 1;
            line.Write(rest[..taken]);
            Advance(taken);
            if (line.Length > MaxLine)
            {
                throw new InvalidDataException("Protocol error: too big inline request");
            }

            if (end >= 0)
            {
                var whole = line.GetBuffer().AsSpan(0, (int)line.Length - 1);
                return [.. whole is [.., (byte)'\r'] ? whole[..^1] : whole];
            }
        }
    }

    /// <summary>Exactly that many bytes, without an end of line behind them.</summary>
    public async ValueTask<byte[]> ReadExactlyAsync(int length, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        while (bytes.Length < length)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException("Redis connection ended within a value");
            }

            var taken = (int)Math.Min(_end - _start, length - bytes.Length);
            bytes.Write(_buffer, _start, taken);
            Advance(taken);
        }

        return bytes.ToArray();
    }

    private async ValueTask<byte[][]> ReadArgumentsAsync(int count, CancellationToken cancellationToken)
    {
        var arguments = new byte[Math.Max(0, count)][];
        var total = 0L;
        for (var i = 0; i < arguments.Length; i++)
        {
            var line = await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("Redis connection ended within a command");
            if (line is not [(byte)'$', ..])
            {
                throw new InvalidDataException($"Protocol error: expected '$', got '{(line.Length > 0 && line[0] is > 0x20 and < 0x7f ? (char)line[0] : ' ')}'");
            }

            var length = Number(line, "invalid bulk length", MaxCommand);
            total += length;
            if (length < 0 || total > MaxCommand)
            {
                throw new InvalidDataException("Protocol error: invalid bulk length");
            }

            arguments[i] = await ReadBulkAsync(length, cancellationToken);
        }

        return arguments;
    }

    private async ValueTask<byte[]> ReadBulkAsync(int length, CancellationToken cancellationToken)
    {
        if (length < 0)
        {
            throw new InvalidDataException("Protocol error: invalid bulk length");
        }

        var content = await ReadExactlyAsync(length, cancellationToken);
        return await ReadExactlyAsync(2, cancellationToken) is [(byte)'\r', (byte)'\n'] ? content : throw new InvalidDataException("Protocol error: bulk without end");
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }

    private void Advance(int count)
    {
        _start += count;
        Consumed += count;
    }

    /// <summary>The number behind a line's first byte.</summary>
    private static int Number(ReadOnlySpan<byte> line, string error, int limit) =>
        int.TryParse(line[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number <= limit
            ? number
            : throw new InvalidDataException("Protocol error: " + error);

    private static byte[][] Words(byte[] line) =>
        [.. Encoding.Latin1.GetString(line).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Take(MaxArguments).Select(Encoding.Latin1.GetBytes)];
}
