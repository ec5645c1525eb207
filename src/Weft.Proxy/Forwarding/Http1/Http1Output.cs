using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Forwarding.Http1;

/// <summary>
/// The sending side of a connection: head and body of one request after another, gathered so that a small request leaves in one write.
/// A long piece of a body is not copied but written after what was gathered before it.
/// </summary>
internal sealed class Http1Output(Stream stream) : IBodySink
{
    private const int CopiedAtMost = 8 * 1024;

    private readonly PooledBytes _gathered = new();
    private RequestFraming _framing;
    private long _missing;

    /// <summary>Whether the connection took no more bytes, as opposed to a body that could not be had.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Gathers the head of a request.</summary>
    public void Begin(OutgoingRequest request, bool closes)
    {
        _framing = Http1RequestHead.FramingOf(request);
        _missing = _framing == RequestFraming.Length ? request.Headers.ContentLength!.Value : 0;
        Http1RequestHead.Write(_gathered, request, _framing, closes);
    }

    /// <exception cref="IOException">The body is longer than it was said to be.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        if (_framing == RequestFraming.Chunked)
        {
            _gathered.AppendHex(bytes.Length);
            _gathered.Append("\r\n"u8);
        }
        else if ((_missing -= bytes.Length) < 0)
        {
            throw new IOException("the body is longer than its content-length");
        }

        return _gathered.Length + bytes.Length > CopiedAtMost ? WriteLongAsync(bytes) : Gather(bytes);
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => _gathered.Length == 0 ? ValueTask.CompletedTask : FlushGatheredAsync();

    /// <summary>Ends the request and sends what was gathered.</summary>
    /// <param name="trailers">Of the body; they only pass where it is chunked.</param>
    /// <exception cref="IOException">The body is shorter than it was said to be.</exception>
    public ValueTask EndAsync(IHeaderDictionary? trailers, CancellationToken cancellationToken)
    {
        if (_missing > 0)
        {
            throw new IOException("the body is shorter than its content-length");
        }

        if (_framing == RequestFraming.Chunked)
        {
            _gathered.Append("0\r\n"u8);
            AppendTrailers(trailers);
            _gathered.Append("\r\n"u8);
        }

        return FlushAsync(cancellationToken);
    }

    /// <summary>Gives memory back. Nothing is being written.</summary>
    public void Release() => _gathered.Release();

    private ValueTask Gather(ReadOnlyMemory<byte> bytes)
    {
        _gathered.Append(bytes.Span);
        EndChunk();
        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteLongAsync(ReadOnlyMemory<byte> bytes)
    {
        await FlushGatheredAsync();
        await SendAsync(bytes);
        EndChunk();
    }

    private void EndChunk()
    {
        if (_framing == RequestFraming.Chunked)
        {
            _gathered.Append("\r\n"u8);
        }
    }

    private void AppendTrailers(IHeaderDictionary? trailers)
    {
        if (trailers is null)
        {
            return;
        }

        foreach (var (name, values) in trailers)
        {
            if (HeaderLine.MayTrail(name))
            {
                foreach (var value in values)
                {
                    Http1RequestHead.AppendHeader(_gathered, name, value ?? "");
                }
            }
        }
    }

    private async ValueTask FlushGatheredAsync()
    {
        await SendAsync(_gathered.Written);
        _gathered.Clear();
    }

    // Not with the request's token: its cancellation breaks the connection, which ends the write.
    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes, CancellationToken.None);
        }
        catch
        {
            HasFailed = true;
            throw;
        }
    }
}
