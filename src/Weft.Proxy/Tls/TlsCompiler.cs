using System.Collections.Immutable;
using System.Security.Authentication;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Tls;

/// <summary>Compiles transport sockets. Only the workload's own secrets and the system's roots can be named; all else is refused, not ignored.</summary>
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
        RequireCertificate(common);
        return new DownstreamTlsModel
        {
            Alpn = [.. common.AlpnProtocols],
            Protocols = Protocols(common.TlsParams),
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
        var presents = common.TlsCertificateSdsSecretConfigs.Count > 0;
        if (presents)
        {
            RequireCertificate(common);
        }

        return new UpstreamTlsModel
        {
            Sni = context.Sni,
            Alpn = [.. common.AlpnProtocols],
            Protocols = Protocols(common.TlsParams),
            PresentsCertificate = presents,
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

    private static void RequireCertificate(CommonTlsContext common)
    {
        var names = common.TlsCertificateSdsSecretConfigs.Select(secret => secret.Name).ToList();
        if (names is not [SecretNames.Certificate] || common.TlsCertificates.Count > 0)
        {
            throw new ResourceRejectedException($"TLS certificate secret [{string.Join(',', names)}] is not available; a sidecar has only '{SecretNames.Certificate}'");
        }
    }

    private static PeerValidation Validation(CommonTlsContext common)
    {
        switch (common.ValidationContextTypeCase)
        {
            case CommonTlsContext.ValidationContextTypeOneofCase.None:
                return new PeerValidation { Roots = RootSource.None };
            case CommonTlsContext.ValidationContextTypeOneofCase.ValidationContextSdsSecretConfig:
                return new PeerValidation { Roots = Roots(common.ValidationContextSdsSecretConfig.Name) };
            case CommonTlsContext.ValidationContextTypeOneofCase.CombinedValidationContext:
                var combined = common.CombinedValidationContext;
                return new PeerValidation
                {
                    Roots = Roots(combined.ValidationContextSdsSecretConfig.Name),
                    SubjectAltNames = Names(combined.DefaultValidationContext),
                };
            default:
                throw new ResourceRejectedException($"validation context {common.ValidationContextTypeCase} is not supported");
        }
    }

    private static RootSource Roots(string secret) => secret switch
    {
        SecretNames.Roots => RootSource.Mesh,
        "file-root:system" => RootSource.System,
        _ => throw new ResourceRejectedException($"validation secret '{secret}' is not available; a sidecar has only '{SecretNames.Roots}' and 'file-root:system'"),
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
