using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Subscriptions;
using Weft.Proxy.Tls;

namespace Weft.Proxy.Clusters;

/// <summary>What stands between TCP and the application's bytes. Compared by reference: a new transport socket means new connections.</summary>
internal sealed class TransportModel(UpstreamTlsModel? tls, int proxyProtocol)
{
    public static TransportModel Plaintext { get; } = new(null, 0);

    /// <summary>Null for plaintext.</summary>
    public UpstreamTlsModel? Tls { get; } = tls;

    /// <summary>The version of the PROXY header that goes first (1 or 2); 0 for none.</summary>
    public int ProxyProtocol { get; } = proxyProtocol;

    /// <exception cref="ResourceRejectedException">A transport socket that this proxy does not have.</exception>
    public static TransportModel Compile(TransportSocket? socket)
    {
        if (socket?.TypedConfig is null || !socket.TypedConfig.Is(ProxyProtocolUpstreamTransport.Descriptor))
        {
            return TlsCompiler.Upstream(socket) is { } tls ? new TransportModel(tls, 0) : Plaintext;
        }

        var outer = ProxyProtocolUpstreamTransport.Parser.ParseFrom(socket.TypedConfig.Value);
        return new TransportModel(TlsCompiler.Upstream(outer.TransportSocket), outer.Config?.Version == ProxyProtocolConfig.Types.Version.V2 ? 2 : 1);
    }
}

/// <summary>
/// The transports of a cluster: the first match whose criteria all stand in the endpoint's metadata
/// <c>envoy.transport_socket_match</c>, else the cluster's own transport socket.
/// </summary>
internal sealed class TransportSockets
{
    public const string MetadataKey = "envoy.transport_socket_match";

    private readonly ImmutableArray<(Struct Criteria, TransportModel Transport)> _matches;

    public TransportSockets(Envoy.Config.Cluster.V3.Cluster config)
    {
        _matches = [.. config.TransportSocketMatches.Select(match => (match.Match ?? new Struct(), TransportModel.Compile(match.TransportSocket)))];
        Default = TransportModel.Compile(config.TransportSocket);
        if (config.TransportSocket is null)
        {
            // Without a socket of its own an empty match stands for every endpoint, those of ORIGINAL_DST clusters too.
            Default = _matches.FirstOrDefault(match => match.Criteria.Fields.Count == 0).Transport ?? TransportModel.Plaintext;
        }
    }

    public TransportModel Default { get; }

    /// <summary>Secrets that the control plane serves.</summary>
    public IEnumerable<string> ServedSecrets =>
        _matches.Select(match => match.Transport).Append(Default).SelectMany(transport => transport.Tls?.ServedSecrets ?? []);

    public TransportModel For(Struct? metadata)
    {
        foreach (var (criteria, transport) in _matches)
        {
            if (criteria.Fields.All(field => metadata is not null && metadata.Fields.TryGetValue(field.Key, out var value) && value.Equals(field.Value)))
            {
                return transport;
            }
        }

        return Default;
    }
}
