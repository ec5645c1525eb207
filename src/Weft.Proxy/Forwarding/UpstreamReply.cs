using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// The response of an upstream: its head is there, its body comes as it is read. Belongs to one task; disposing gives its connection back,
/// or ends it where the response, or the request, is not over.
/// </summary>
internal abstract class UpstreamReply : IAsyncDisposable
{
    public abstract int Status { get; }

    /// <summary>What it came on; null where requests share connections.</summary>
    public abstract UpstreamConnection? Connection { get; }

    /// <summary>All values of a header, joined; null when it is absent.</summary>
    public abstract string? Header(string name);

    /// <summary>The headers that pass on, in their order.</summary>
    public abstract void CopyHeaders(IHeaderDictionary target);

    /// <summary>Every header as it came.</summary>
    public abstract IEnumerable<KeyValuePair<string, StringValues>> Headers { get; }

    /// <summary>Reads some of the body.</summary>
    /// <returns>How many bytes; 0 at its end.</returns>
    /// <exception cref="IOException">The upstream broke off, or sent what is no body of its kind.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Known at the end of the body.</summary>
    public abstract IReadOnlyList<KeyValuePair<string, StringValues>> Trailers { get; }

    public abstract ValueTask DisposeAsync();
}
