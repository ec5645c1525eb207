using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>
/// Reads the head of a response, line by line as bytes come (RFC 9112 sections 2 to 6). Strict where two readers could disagree; a bare line feed ends a line, as
/// section 2.2 allows. Takes any bytes, in pieces of any size.
/// </summary>
internal sealed class Http1ResponseHead
{
    /// <summary>Envoy's max_response_headers_kb.</summary>
    public const int MaxBytes = 60 * 1024;

    /// <summary>Envoy's max_headers_count.</summary>
    public const int MaxHeaders = 100;

    private List<KeyValuePair<string, StringValues>> _headers = new(16);
    private List<KeyValuePair<string, StringValues>> _previous = [];
    private int _searched;
    private int _bytes;

    /// <summary>0 while the status line has not come.</summary>
    public int Status { get; private set; }

    public bool IsHttp10 { get; private set; }

    /// <summary>One for each line, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers => _headers;

    /// <summary>Takes whole lines.</summary>
    /// <param name="bytes">What has come and was not consumed yet.</param>
    /// <returns>Whether the head is complete; what follows it is not consumed.</returns>
    /// <exception cref="UpstreamProtocolException">These bytes begin no response.</exception>
    public bool Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        while (bytes[(consumed + _searched)..].IndexOf((byte)'\n') is var end && end >= 0)
        {
            var line = bytes.Slice(consumed, _searched + end);
            consumed += line.Length + 1;
            _searched = 0;
            if (Take(line is [.., (byte)'\r'] ? line[..^1] : line, line.Length + 1))
            {
                return true;
            }
        }

        _searched = bytes.Length - consumed;
        return _bytes + _searched > MaxBytes ? throw TooLong() : false;
    }

    /// <summary>Begins another head. A server says most things the same way again, so that the texts of the last one are kept.</summary>
    public void Clear()
    {
        (_headers, _previous) = (_previous, _headers);
        _headers.Clear();
        (Status, IsHttp10, _searched, _bytes) = (0, false, 0, 0);
    }

    /// <summary>All values of a header, joined; null when it is absent.</summary>
    public string? Find(string name)
    {
        string? found = null;
        foreach (var (key, value) in _headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                found = found is null ? value.ToString() : $"{found}, {value}";
            }
        }

        return found;
    }

    private bool Take(ReadOnlySpan<byte> line, int size)
    {
        _bytes += size;
        if (_bytes > MaxBytes)
        {
            throw TooLong();
        }

        if (Status == 0)
        {
            TakeStatusLine(line);
            return false;
        }

        if (line.IsEmpty)
        {
            return true;
        }

        if (_headers.Count == MaxHeaders)
        {
            throw new UpstreamProtocolException($"more than {MaxHeaders} headers");
        }

        _headers.Add(_headers.Count < _previous.Count && HeaderLine.Is(line, _previous[_headers.Count]) ? _previous[_headers.Count] : HeaderLine.Parse(line));
        return false;
    }

    // HTTP/1.x SP 3DIGIT [SP reason]
    private void TakeStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ' || (line.Length > 12 && line[12] != ' ')
            || !int.TryParse(line[9..12], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var status) || status < 100)
        {
            throw new UpstreamProtocolException("no HTTP/1.x status line");
        }

        (Status, IsHttp10) = (status, line[7] == '0');
    }

    private static UpstreamProtocolException TooLong() => new($"the head is longer than {MaxBytes} bytes");
}
