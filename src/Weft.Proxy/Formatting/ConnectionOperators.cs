using System.Net;
using static Weft.Proxy.Formatting.CommandOperators;

namespace Weft.Proxy.Formatting;

/// <summary>The command operators that tell of the connections at both sides: addresses, names, certificates.</summary>
internal static class ConnectionOperators
{
    public static IReadOnlyDictionary<string, CommandOperator> All { get; } = new Dictionary<string, CommandOperator>(StringComparer.Ordinal)
    {
        ["UPSTREAM_HOST"] = new(stream => stream.UpstreamHost?.ToString()),
        ["UPSTREAM_HOST_NAME"] = new(stream => Absent(stream.Endpoint?.Config?.Endpoint?.Hostname) ?? stream.UpstreamHost?.ToString()),
        ["UPSTREAM_HOST_NAME_WITHOUT_PORT"] = new(stream => Absent(stream.Endpoint?.Config?.Endpoint?.Hostname) ?? stream.UpstreamHost?.Address.ToString()),
        ["UPSTREAM_LOCAL_ADDRESS"] = new(stream => stream.UpstreamLocalAddress?.ToString()),
        ["UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"] = new(stream => stream.UpstreamLocalAddress?.Address.ToString()),
        ["UPSTREAM_LOCAL_PORT"] = new(stream => Port(stream.UpstreamLocalAddress), IsNumber: true),
        ["UPSTREAM_REMOTE_ADDRESS"] = new(stream => stream.UpstreamHost?.ToString()),
        ["UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = new(stream => stream.UpstreamHost?.Address.ToString()),
        ["UPSTREAM_REMOTE_PORT"] = new(stream => Port(stream.UpstreamHost), IsNumber: true),
        ["UPSTREAM_PEER_URI_SAN"] = new(stream => Joined(stream.UpstreamTls?.PeerNames.Uris)),
        ["UPSTREAM_LOCAL_URI_SAN"] = new(stream => Absent(stream.UpstreamTls?.LocalUri)),
        ["UPSTREAM_PEER_DNS_SAN"] = new(stream => Joined(stream.UpstreamTls?.PeerNames.DnsNames)),
        ["UPSTREAM_PEER_ISSUER"] = new(stream => Absent(stream.UpstreamTls?.PeerIssuer)),
        ["UPSTREAM_PEER_SUBJECT"] = new(stream => Absent(stream.UpstreamTls?.PeerSubject)),
        ["DOWNSTREAM_LOCAL_ADDRESS"] = new(stream => stream.DownstreamLocalAddress.ToString()),
        ["DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"] = new(stream => stream.DownstreamLocalAddress.Address.ToString()),
        ["DOWNSTREAM_LOCAL_PORT"] = new(stream => Port(stream.DownstreamLocalAddress), IsNumber: true),
        ["DOWNSTREAM_REMOTE_ADDRESS"] = new(stream => stream.DownstreamRemoteAddress.ToString()),
        ["DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = new(stream => stream.DownstreamRemoteAddress.Address.ToString()),
        ["DOWNSTREAM_REMOTE_PORT"] = new(stream => Port(stream.DownstreamRemoteAddress), IsNumber: true),
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS"] = new(stream => stream.DownstreamDirectRemoteAddress.ToString()),
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"] = new(stream => stream.DownstreamDirectRemoteAddress.Address.ToString()),
        ["DOWNSTREAM_DIRECT_REMOTE_PORT"] = new(stream => Port(stream.DownstreamDirectRemoteAddress), IsNumber: true),
        ["DOWNSTREAM_PEER_URI_SAN"] = new(stream => Joined(stream.DownstreamTls?.PeerNames.Uris)),
        ["DOWNSTREAM_LOCAL_URI_SAN"] = new(stream => Absent(stream.DownstreamTls?.LocalUri)),
        ["DOWNSTREAM_PEER_DNS_SAN"] = new(stream => Joined(stream.DownstreamTls?.PeerNames.DnsNames)),
        ["DOWNSTREAM_PEER_ISSUER"] = new(stream => Absent(stream.DownstreamTls?.PeerIssuer)),
        ["DOWNSTREAM_PEER_SERIAL"] = new(stream => Absent(stream.DownstreamTls?.PeerSerial)),
        ["DOWNSTREAM_PEER_SUBJECT"] = new(stream => Absent(stream.DownstreamTls?.PeerSubject)),
        ["DOWNSTREAM_PEER_FINGERPRINT_256"] = new(stream => Absent(stream.DownstreamTls?.PeerHash)),
        ["DOWNSTREAM_TLS_VERSION"] = new(stream => Absent(stream.DownstreamTls?.Version)),
        ["DOWNSTREAM_TLS_CIPHER"] = new(stream => Absent(stream.DownstreamTls?.Cipher)),
        ["UPSTREAM_TLS_VERSION"] = new(stream => Absent(stream.UpstreamTls?.Version)),
        ["UPSTREAM_TLS_CIPHER"] = new(stream => Absent(stream.UpstreamTls?.Cipher)),
        ["REQUESTED_SERVER_NAME"] = new(stream => Absent(stream.RequestedServerName)),
    };

    private static string? Port(IPEndPoint? address) => address is null ? null : Text(address.Port);

    // Envoy joins several names of a certificate with commas.
    private static string? Joined(IReadOnlyList<string>? names) => names is { Count: > 0 } ? string.Join(',', names) : null;
}
