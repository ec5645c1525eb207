using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// A request's body on its way upstream: no more is read than the upstream takes. What may have to be sent again is kept,
/// up to a limit; a body beyond it is sent only once.
/// </summary>
/// <param name="keepLimit">Bytes; 0 keeps nothing.</param>
internal sealed class RequestBody(HttpExchange exchange, int keepLimit) : IOutgoingBody
{
    private int _keepLimit = keepLimit;
    /// <summary>Envoy's default of a connection's buffer.</summary>
    public const int RetryLimit = 1 << 20;

    private ArrayBufferWriter<byte>? _kept = keepLimit > 0 ? new ArrayBufferWriter<byte>() : null;
    private Task _copy = Task.CompletedTask;

    /// <summary>Whether the client, not the upstream, broke the body.</summary>
    public bool DownstreamFailed { get; private set; }

    /// <summary>What the client did wrong in it; null while nothing.</summary>
    public BodyViolation? Violation { get; private set; }

    /// <summary>Whether all of it has been read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Called once, when all of it has been read.</summary>
    public Action? Completed { get; set; }

    /// <summary>What has been read so far; null when it is too long to keep, or nobody asked to.</summary>
    public ReadOnlyMemory<byte>? Kept => _kept?.WrittenMemory;

    /// <summary>Raised by bytes in either direction, for idle time-outs.</summary>
    public Action? Progress { get; set; }

    /// <summary>Keeps up to so many bytes. Called before the first is read.</summary>
    public void Keep(int limit)
    {
        _keepLimit = Math.Max(_keepLimit, limit);
        _kept ??= new ArrayBufferWriter<byte>();
    }

    public bool CanRepeat => _kept is not null && !DownstreamFailed && Violation is null;

    /// <inheritdoc/>
    public IHeaderDictionary? Trailers =>
        exchange.Http.Features.Get<IHttpRequestTrailersFeature>() is { Available: true, Trailers: { Count: > 0 } trailers } ? trailers : null;

    /// <summary>Sends what was kept, then the rest as it arrives. One caller at a time.</summary>
    public Task CopyToAsync(IBodySink upstream, CancellationToken cancellationToken) => _copy = CopyAsync(upstream, cancellationToken);

    /// <summary>Waits for the end of a copy that was cancelled.</summary>
    public async Task StopAsync() => await _copy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task CopyAsync(IBodySink upstream, CancellationToken cancellationToken)
    {
        var text = exchange.GrpcWeb is { IsText: true } ? new Base64Pieces() : null;
        if (_kept is { WrittenCount: > 0 } kept)
        {
            await upstream.WriteAsync(Decoded(text, kept.WrittenMemory), cancellationToken);
        }

        var body = exchange.Http.Request.BodyReader;
        while (!IsComplete)
        {
            var reading = ReadAsync(body, cancellationToken);
            if (!reading.IsCompleted)
            {
                await upstream.FlushAsync(cancellationToken);
            }

            var read = await reading;
            try
            {
                Keep(read.Buffer);
                if (read.IsCompleted)
                {
                    IsComplete = true;
                    exchange.Timing.RequestReceived = exchange.Proxy.Time.GetElapsedTime(exchange.StartTimestamp);
                    Completed?.Invoke();
                }

                foreach (var segment in read.Buffer)
                {
                    await upstream.WriteAsync(Decoded(text, segment), cancellationToken);
                }
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }
        }
    }

    private ReadOnlyMemory<byte> Decoded(Base64Pieces? text, ReadOnlyMemory<byte> piece)
    {
        if (text is null)
        {
            return piece;
        }

        if (text.Decode(piece.Span) is { } bytes)
        {
            return bytes;
        }

        Violation = BodyViolation.NoBase64;
        throw new IOException("the body is no base64");
    }

    private void Keep(ReadOnlySequence<byte> data)
    {
        Interlocked.Add(ref exchange.RequestBodyBytes, data.Length);
        Progress?.Invoke();
        if (_kept is not null && _kept.WrittenCount + data.Length > _keepLimit)
        {
            _kept = null;
        }

        foreach (var segment in data)
        {
            exchange.RequestMessages?.Observe(segment.Span);
            _kept?.Write(segment.Span);
        }
    }

    private async ValueTask<ReadResult> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(cancellationToken);
        }
        catch (BadHttpRequestException error) when (!CodecErrors.IsCutShort(error))
        {
            Violation = BodyViolation.NoChunks;
            throw;
        }
        catch (IOException)
        {
            DownstreamFailed = true;
            throw;
        }
    }
}

/// <summary>Why a body cannot be read to its end: what the client is told (400), and the log.</summary>
internal sealed record BodyViolation(string Text, string Details, int? GrpcStatus)
{
    /// <summary>The framing is broken.</summary>
    public static BodyViolation NoChunks { get; } = new("Bad Request", "http1.codec_error", null);

    /// <summary>It is not what its content type says.</summary>
    public static BodyViolation NoBase64 { get; } = new("Bad gRPC-web request, invalid base64 data.", "grpc_base_64_decode_failed", 2);
}
