using System.Collections.Immutable;
using System.Security.Authentication;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Tls;

/// <summary>Compiles transport sockets of TLS. Certificates are named, not inline; what cannot be kept is refused, not ignored.</summary>
internal static class TlsCompiler
{
    /// <summary>Null for a raw buffer.</summary>
    /// <exception cref="ResourceRejectedException">A transport socket or secret that this proxy does not have.</exception>
    public static DownstreamTlsModel? Downstream(TransportSocket? socket)
    {
        if (IsRaw(socket))
        {
            return null;
        }

        var context = Unpack(socket!, DownstreamTlsContext.Descriptor, DownstreamTlsContext.Parser);
        var common = context.CommonTlsContext ?? new CommonTlsContext();
        var certificates = Certificates(common);
        if (certificates.IsEmpty)
        {
            throw new ResourceRejectedException("a downstream TLS context needs tls_certificate_sds_secret_configs");
        }

        return new DownstreamTlsModel
        {
            Alpn = [.. common.AlpnProtocols],
            Protocols = Protocols(common.TlsParams),
            CipherSuites = CipherSuiteNames.Policy(common.TlsParams?.CipherSuites ?? []),
            Certificates = certificates,
            RequireClientCertificate = context.RequireClientCertificate ?? false,
            Validation = Validation(common),
        };
    }

    /// <summary>Null for a raw buffer.</summary>
    /// <exception cref="ResourceRejectedException">A transport socket or secret that this proxy does not have.</exception>
    public static UpstreamTlsModel? Upstream(TransportSocket? socket)
    {
        if (IsRaw(socket))
        {
            return null;
        }

        var context = Unpack(socket!, UpstreamTlsContext.Descriptor, UpstreamTlsContext.Parser);
        var common = context.CommonTlsContext ?? new CommonTlsContext();
        var certificates = Certificates(common);
        if (certificates.Length > 1)
        {
            throw new ResourceRejectedException("more than one client certificate is not supported");
        }

        return new UpstreamTlsModel
        {
            Sni = context.Sni,
            Alpn = [.. common.AlpnProtocols],
            Protocols = Protocols(common.TlsParams),
            CipherSuites = CipherSuiteNames.Policy(common.TlsParams?.CipherSuites ?? []),
            Certificate = certificates is [var own] ? own : null,
            Validation = Validation(common),
        };
    }

    private static bool IsRaw(TransportSocket? socket) => socket is null || socket.Name == "envoy.transport_sockets.raw_buffer";

    private static T Unpack<T>(TransportSocket socket, Google.Protobuf.Reflection.MessageDescriptor descriptor, MessageParser<T> parser)
        where T : IMessage<T>
    {
        if (socket.TypedConfig is null || !socket.TypedConfig.Is(descriptor))
        {
            throw new ResourceRejectedException($"transport socket {socket.Name} ({socket.TypedConfig?.TypeUrl}) is not supported");
        }

        return parser.ParseFrom(socket.TypedConfig.Value);
    }

    private static ImmutableArray<string> Certificates(CommonTlsContext common) => common.TlsCertificates.Count == 0
        ? [.. common.TlsCertificateSdsSecretConfigs.Select(secret => secret.Name)]
        : throw new ResourceRejectedException("inline tls_certificates are not supported; tls_certificate_sds_secret_configs are");

    private static PeerValidation Validation(CommonTlsContext common)
    {
        switch (common.ValidationContextTypeCase)
        {
            case CommonTlsContext.ValidationContextTypeOneofCase.None:
                return new PeerValidation { Roots = null };
            case CommonTlsContext.ValidationContextTypeOneofCase.ValidationContextSdsSecretConfig:
                return new PeerValidation { Roots = common.ValidationContextSdsSecretConfig.Name };
            case CommonTlsContext.ValidationContextTypeOneofCase.CombinedValidationContext:
                var combined = common.CombinedValidationContext;
                return Of(combined.DefaultValidationContext, combined.ValidationContextSdsSecretConfig.Name);
            case CommonTlsContext.ValidationContextTypeOneofCase.ValidationContext when common.ValidationContext.TrustedCa is null:
                return Of(common.ValidationContext, null);
            default:
                throw new ResourceRejectedException($"validation context {common.ValidationContextTypeCase} with inline roots is not supported");
        }
    }

    private static PeerValidation Of(CertificateValidationContext? context, string? roots) => context is { VerifyCertificateSpki.Count: > 0 }
        ? throw new ResourceRejectedException("verify_certificate_spki is not supported; verify_certificate_hash is")
        : new PeerValidation
        {
            Roots = roots,
            SubjectAltNames = Names(context),
            Hashes = [.. context?.VerifyCertificateHash.Select(hash => hash.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant()) ?? []],
        };

    private static ImmutableArray<StringMatcher> Names(CertificateValidationContext? context)
    {
        if (context is null)
        {
            return [];
        }

#pragma warning disable CS0612 // istiod still sends the deprecated match_subject_alt_names
        var untyped = context.MatchSubjectAltNames;
#pragma warning restore CS0612
        return [.. untyped.Concat(context.MatchTypedSubjectAltNames.Select(typed => typed.Matcher)).Select(StringMatcher.From)];
    }

    private static SslProtocols Protocols(TlsParameters? parameters)
    {
        var protocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (parameters?.TlsMinimumProtocolVersion == TlsParameters.Types.TlsProtocol.Tlsv13)
        {
            protocols = SslProtocols.Tls13;
        }

        return parameters?.TlsMaximumProtocolVersion == TlsParameters.Types.TlsProtocol.Tlsv12 ? protocols & SslProtocols.Tls12 : protocols;
    }
}
