using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Clusters;

/// <summary>
/// The transports of a cluster: the first match whose criteria all stand in the endpoint's metadata
/// <c>envoy.transport_socket_match</c>, else the cluster's own transport socket.
/// </summary>
internal sealed class TransportSockets
{
    public const string MetadataKey = "envoy.transport_socket_match";

    private readonly ImmutableArray<(Struct Criteria, UpstreamTlsModel? Tls)> _matches;

    public TransportSockets(Envoy.Config.Cluster.V3.Cluster config)
    {
        _matches = [.. config.TransportSocketMatches.Select(match => (match.Match ?? new Struct(), TlsCompiler.Upstream(match.TransportSocket)))];
        Default = TlsCompiler.Upstream(config.TransportSocket);
        if (config.TransportSocket is null)
        {
            // Without a socket of its own an empty match stands for every endpoint, those of ORIGINAL_DST clusters too.
            Default = _matches.FirstOrDefault(match => match.Criteria.Fields.Count == 0).Tls;
        }
    }

    /// <summary>Null for plaintext.</summary>
    public UpstreamTlsModel? Default { get; }

    public UpstreamTlsModel? For(Struct? metadata)
    {
        foreach (var (criteria, tls) in _matches)
        {
            if (criteria.Fields.All(field => metadata is not null && metadata.Fields.TryGetValue(field.Key, out var value) && value.Equals(field.Value)))
            {
                return tls;
            }
        }

        return Default;
    }
}
