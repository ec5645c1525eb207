using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>Reads a chunked body and its trailers (RFC 9112 section 7.1). Lines end in CR LF and in nothing else; extensions are dropped. Takes any bytes, in pieces of any size.</summary>
internal sealed class ChunkedDecoder
{
    private const int MaxSizeLine = 4096;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private enum Part
    {
        Size,
        Data,
        DataEnd,
        Trailers,
        Done,
    }

    private readonly List<KeyValuePair<string, StringValues>> _trailers = [];
    private Part _part;
    private int _searched;
    private int _trailerBytes;

    public bool IsDone => _part == Part.Done;

    /// <summary>Bytes of the present chunk that are still to come.</summary>
    public long Missing { get; private set; }

    public IReadOnlyList<KeyValuePair<string, StringValues>> Trailers => _trailers;

    /// <summary>Begins another body.</summary>
    public void Clear()
    {
        _trailers.Clear();
        (_part, _searched, _trailerBytes, Missing) = (Part.Size, 0, 0, 0);
    }

    /// <summary>Takes from the source up to the first data, or all of it, and copies data until the target is full or the chunk ends.</summary>
    /// <returns>How many bytes were copied.</returns>
    /// <exception cref="UpstreamProtocolException">The source is no chunked body.</exception>
    public int Read(ReadOnlySpan<byte> source, Span<byte> target, out int consumed)
    {
        consumed = 0;
        while (_part != Part.Done)
        {
            if (_part == Part.Data)
            {
                var count = (int)Math.Min(Missing, Math.Min(source.Length - consumed, target.Length));
                source.Slice(consumed, count).CopyTo(target);
                consumed += count;
                Took(count);
                return count;
            }

            if (!TryTakeLine(source[consumed..], out var size))
            {
                return 0;
            }

            consumed += size;
        }

        return 0;
    }

    /// <summary>So many bytes of the present chunk were read past this decoder.</summary>
    public void Took(int count)
    {
        Missing -= count;
        if (Missing == 0)
        {
            _part = Part.DataEnd;
        }
    }

    private bool TryTakeLine(ReadOnlySpan<byte> source, out int size)
    {
        size = 0;
        var end = source[_searched..].IndexOf((byte)'\n');
        if (end < 0)
        {
            _searched = source.Length;
            return source.Length > (_part == Part.Trailers ? Http1ResponseHead.MaxBytes : MaxSizeLine) ? throw Bad("a line is too long") : false;
        }

        size = _searched + end + 1;
        _searched = 0;
        Take(size > 1 && source[size - 2] == '\r' ? source[..(size - 2)] : throw Bad("a line does not end in CR LF"));
        return true;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        switch (_part)
        {
            case Part.Size:
                Missing = SizeOf(line);
                _part = Missing > 0 ? Part.Data : Part.Trailers;
                break;
            case Part.DataEnd:
                _part = line.IsEmpty ? Part.Size : throw Bad("a chunk is longer than its size");
                break;
            default:
                TakeTrailer(line);
                break;
        }
    }

    private void TakeTrailer(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            _part = Part.Done;
            return;
        }

        _trailerBytes += line.Length + 2;
        if (_trailerBytes > Http1ResponseHead.MaxBytes || _trailers.Count == Http1ResponseHead.MaxHeaders)
        {
            throw Bad("too many trailers");
        }

        var trailer = HeaderLine.Parse(line);
        if (HeaderLine.MayTrail(trailer.Key))
        {
            _trailers.Add(trailer);
        }
    }

    // 1*HEXDIG [ BWS ";" ...]
    private static long SizeOf(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxSizeLine || line.Contains((byte)'\r'))
        {
            throw Bad("a chunk size line is too long or broken");
        }

        var semicolon = line.IndexOf((byte)';');
        var digits = semicolon < 0 ? line : line[..semicolon].TrimEnd(" \t"u8);
        return digits.Length is > 0 and <= 15 && !digits.ContainsAnyExcept(HexDigits) && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw Bad("bad chunk size");
    }

    private static UpstreamProtocolException Bad(string reason) => new(reason);
}
