using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;

namespace Weft.Proxy.Tls;

/// <summary>A DownstreamTlsContext, resolved.</summary>
internal sealed record DownstreamTlsModel
{
    /// <summary>In the server's order of preference.</summary>
    public required ImmutableArray<string> Alpn { get; init; }

    public required SslProtocols Protocols { get; init; }

    /// <summary>For TLS 1.2; null leaves the system's.</summary>
    public CipherSuitesPolicy? CipherSuites { get; init; }

    /// <summary>The secrets with the server's certificates; the first that fits the asked name is presented.</summary>
    public required ImmutableArray<string> Certificates { get; init; }

    public required bool RequireClientCertificate { get; init; }

    public required PeerValidation Validation { get; init; }

    /// <summary>The secrets behind it that the control plane serves.</summary>
    public IEnumerable<string> ServedSecrets => Certificates.Append(Validation.Roots).OfType<string>().Where(SecretNames.IsServed);
}

/// <summary>An UpstreamTlsContext, resolved. Compared by reference: each is one kind of connection in the pools.</summary>
internal sealed record UpstreamTlsModel
{
    public required string Sni { get; init; }

    public required ImmutableArray<string> Alpn { get; init; }

    public required SslProtocols Protocols { get; init; }

    /// <summary>For TLS 1.2; null leaves the system's.</summary>
    public CipherSuitesPolicy? CipherSuites { get; init; }

    /// <summary>The secret with the certificate that is presented; null presents none.</summary>
    public required string? Certificate { get; init; }

    public required PeerValidation Validation { get; init; }

    /// <summary>The secrets behind it that the control plane serves.</summary>
    public IEnumerable<string> ServedSecrets => ((string?[])[Certificate, Validation.Roots]).OfType<string>().Where(SecretNames.IsServed);
}

/// <summary>What the handshake of one connection found.</summary>
internal sealed record TlsSession
{
    /// <summary>The URI SAN of our own certificate.</summary>
    public required string LocalUri { get; init; }

    public required SubjectAltNames PeerNames { get; init; }

    /// <summary>The URI SAN of the peer's certificate; empty without one.</summary>
    public string PeerUri => PeerNames.Uris.Count > 0 ? PeerNames.Uris[0] : "";

    public required string PeerSubject { get; init; }

    public string PeerIssuer { get; init; } = "";

    /// <summary>Lower-case hex.</summary>
    public string PeerSerial { get; init; } = "";

    /// <summary>Lower-case hex SHA-256 of the peer's certificate.</summary>
    public required string PeerHash { get; init; }

    /// <summary>The peer's certificate (DER); empty without one.</summary>
    public ReadOnlyMemory<byte> PeerCertificate { get; init; }

    /// <summary>What the peer sent besides its own certificate (DER), in its order.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> PeerIntermediates { get; init; } = [];

    /// <summary>The negotiated protocol; empty when none was.</summary>
    public required string Alpn { get; init; }

    /// <summary>As Envoy writes it, e.g. <c>TLSv1.3</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>By its IANA name.</summary>
    public string Cipher { get; init; } = "";

    public static TlsSession Of(SslStream stream, string localUri, ImmutableArray<ReadOnlyMemory<byte>> intermediates)
    {
        var peer = stream.RemoteCertificate as System.Security.Cryptography.X509Certificates.X509Certificate2;
        var alpn = stream.NegotiatedApplicationProtocol.Protocol;
        return new TlsSession
        {
            LocalUri = localUri,
            PeerNames = peer is null ? SubjectAltNames.None : SubjectAltNames.Of(peer),
            PeerSubject = peer?.Subject ?? "",
            PeerIssuer = peer?.Issuer ?? "",
            PeerSerial = peer?.SerialNumber.ToLowerInvariant() ?? "",
            PeerHash = peer is null ? "" : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(peer.RawDataMemory.Span)),
            PeerIntermediates = intermediates,
            PeerCertificate = peer?.RawDataMemory ?? default,
            Alpn = alpn.IsEmpty ? "" : System.Text.Encoding.ASCII.GetString(alpn.Span),
            Version = stream.SslProtocol switch { SslProtocols.Tls13 => "TLSv1.3", SslProtocols.Tls12 => "TLSv1.2", _ => "" },
            Cipher = stream.NegotiatedCipherSuite.ToString(),
        };
    }
}
