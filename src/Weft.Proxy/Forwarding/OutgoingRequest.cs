using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// A request as it goes upstream, in whatever HTTP version. Of its headers the codecs leave out what belongs to one connection only
/// (<see cref="PassingHeaders"/>), and Host, for which there is <see cref="Authority"/>.
/// </summary>
internal sealed class OutgoingRequest
{
    public required string Method { get; init; }

    /// <summary>With its query.</summary>
    public required string Path { get; init; }

    public required string Authority { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    /// <summary>Null when there is none.</summary>
    public IOutgoingBody? Body { get; init; }

    /// <summary>The time stamp of its last byte's way upstream; null before that.</summary>
    public long? SentAt { get; set; }

    /// <summary>The protocol that the connection may change to; null for none. HTTP/1.1 only.</summary>
    public string? Upgrade { get; init; }

    /// <summary>Whether the body waits for 100 Continue.</summary>
    public bool ExpectsContinue => Body is not null && Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A request's body on its way upstream.</summary>
internal interface IOutgoingBody
{
    /// <summary>Hands all of it to a connection, as it comes. What waits in the connection's buffer is flushed before waiting for more; the last bytes are left to the caller.</summary>
    Task CopyToAsync(IBodySink upstream, CancellationToken cancellationToken);

    /// <summary>What followed the body; null when nothing did. Known once all of it has been copied.</summary>
    IHeaderDictionary? Trailers { get; }
}

/// <summary>Where a body goes: one message of a connection. One writer at a time.</summary>
internal interface IBodySink
{
    /// <summary>Takes the bytes before it returns; they may leave later.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>A body that is there as a whole.</summary>
internal sealed class WholeBody(ReadOnlyMemory<byte> bytes) : IOutgoingBody
{
    public IHeaderDictionary? Trailers => null;

    public Task CopyToAsync(IBodySink upstream, CancellationToken cancellationToken) => upstream.WriteAsync(bytes, cancellationToken).AsTask();
}
