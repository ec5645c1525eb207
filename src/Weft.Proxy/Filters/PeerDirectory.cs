using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Filters;

/// <summary>Identities of peers by the metadata they sent, so that each is read once and shared. Bounded; takes any text.</summary>
internal sealed class PeerDirectory
{
    private const int MaxPeers = 5000;
    private const int MaxMetadataLength = 64 * 1024;

    private readonly ConcurrentDictionary<(string Id, string Metadata), WorkloadIdentity?> _peers = new(new ByIdFirst());

    /// <summary>Null when the metadata cannot be read.</summary>
    public WorkloadIdentity? Resolve(string id, string metadata)
    {
        if (metadata.Length is 0 or > MaxMetadataLength)
        {
            return null;
        }

        if (_peers.TryGetValue((id, metadata), out var known))
        {
            return known;
        }

        var identity = Read(metadata);
        if (_peers.Count < MaxPeers)
        {
            identity = _peers.GetOrAdd((id, metadata), identity);
        }

        return identity;
    }

    private static WorkloadIdentity? Read(string metadata)
    {
        var bytes = new byte[metadata.Length];
        if (!Convert.TryFromBase64String(metadata, bytes, out var length))
        {
            return null;
        }

        try
        {
            return WorkloadIdentity.FromMetadata(Struct.Parser.ParseFrom(bytes.AsSpan(0, length)), isLocal: false);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // Metadata is long and every request brings it: it is compared, but not hashed.
    private sealed class ByIdFirst : IEqualityComparer<(string Id, string Metadata)>
    {
        public bool Equals((string Id, string Metadata) x, (string Id, string Metadata) y) => x.Id == y.Id && x.Metadata == y.Metadata;

        public int GetHashCode((string Id, string Metadata) key) => HashCode.Combine(key.Id, key.Metadata.Length);
    }
}
