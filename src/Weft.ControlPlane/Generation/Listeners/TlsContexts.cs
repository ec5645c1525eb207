using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.RawBuffer.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>Transport sockets of Istio's mutual TLS; certificates come from the proxy's own secret service.</summary>
internal static class TlsContexts
{
    private const string TlsSocket = "envoy.transport_sockets.tls";
    private const string RawBufferSocket = "envoy.transport_sockets.raw_buffer";
    private const string SecretCluster = "sds-grpc";
    private const string WorkloadSecret = "default";
    private const string RootSecret = "ROOTCA";

    private static readonly string[] s_serverCiphers =
    [
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-GCM-SHA256",
    ];

    /// <summary>Requires a client certificate of the mesh's trust domains.</summary>
    public static TransportSocket Downstream(MeshConfig mesh, IEnumerable<string> alpn)
    {
        var parameters = new TlsParameters
        {
            TlsMinimumProtocolVersion = mesh.MeshMTLS?.MinProtocolVersion == "TLSV1_3" ? TlsParameters.Types.TlsProtocol.Tlsv13 : TlsParameters.Types.TlsProtocol.Tlsv12,
            TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
            CipherSuites = { s_serverCiphers },
        };
        var trusted = new CertificateValidationContext();
        foreach (var domain in mesh.TrustDomainAliases.Insert(0, mesh.TrustDomain))
        {
            AddSan(trusted, new StringMatcher { Prefix = $"spiffe://{domain}/" });
        }

        return new TransportSocket
        {
            Name = TlsSocket,
            TypedConfig = new DownstreamTlsContext { CommonTlsContext = Common(parameters, trusted, alpn), RequireClientCertificate = true }.Pack(),
        };
    }

    /// <summary>Presents the workload's certificate and accepts only the given identities; any of the mesh when there are none.</summary>
    public static TransportSocket Upstream(string serverName, IEnumerable<string> identities, IEnumerable<string> alpn)
    {
        var parameters = new TlsParameters
        {
            TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12,
            TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
        };
        var trusted = new CertificateValidationContext();
        foreach (var identity in identities)
        {
            AddSan(trusted, new StringMatcher { Exact = identity });
        }

        return new TransportSocket
        {
            Name = TlsSocket,
            TypedConfig = new UpstreamTlsContext { CommonTlsContext = Common(parameters, trusted, alpn), Sni = serverName }.Pack(),
        };
    }

    /// <summary>TLS by the settings of a DestinationRule: trusts a file of roots or the machine's, and presents the stated certificate files, if any.</summary>
    public static TransportSocket UpstreamStated(ClientTlsSettings settings, IEnumerable<string> names, IEnumerable<string> alpn)
    {
        var context = new UpstreamTlsContext
        {
            Sni = settings.Sni ?? "",
            CommonTlsContext = new CommonTlsContext
            {
                AlpnProtocols = { alpn },
                TlsParams = new TlsParameters
                {
                    TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12,
                    TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
                },
            },
        };
        if (settings.Mode == "MUTUAL")
        {
            context.CommonTlsContext.TlsCertificateSdsSecretConfigs.Add(FileSecret($"file-cert:{settings.ClientCertificate}~{settings.PrivateKey}"));
        }

        if (settings.InsecureSkipVerify != true)
        {
            var trusted = new CertificateValidationContext();
            foreach (var name in names)
            {
                AddSan(trusted, new StringMatcher { Exact = name });
            }

            var roots = FileSecret($"file-root:{(string.IsNullOrEmpty(settings.CaCertificates) ? "system" : settings.CaCertificates)}");
            context.CommonTlsContext.CombinedValidationContext = new() { DefaultValidationContext = trusted, ValidationContextSdsSecretConfig = roots };
        }

        return new TransportSocket { Name = TlsSocket, TypedConfig = context.Pack() };
    }

    public static TransportSocket Plaintext() => new() { Name = RawBufferSocket, TypedConfig = new RawBuffer().Pack() };

    // The list without types is deprecated, and it is the one istiod fills.
#pragma warning disable CS0612 // see above
    private static void AddSan(CertificateValidationContext context, StringMatcher matcher) => context.MatchSubjectAltNames.Add(matcher);
#pragma warning restore CS0612

    private static CommonTlsContext Common(TlsParameters parameters, CertificateValidationContext trusted, IEnumerable<string> alpn) => new()
    {
        TlsParams = parameters,
        AlpnProtocols = { alpn },
        TlsCertificateSdsSecretConfigs = { Secret(WorkloadSecret) },
        CombinedValidationContext = new() { DefaultValidationContext = trusted, ValidationContextSdsSecretConfig = Secret(RootSecret) },
    };

    /// <summary>A secret the proxy reads from files of its own.</summary>
    private static SdsSecretConfig FileSecret(string name)
    {
        var secret = Secret(name);
        secret.SdsConfig.InitialFetchTimeout = null;
        return secret;
    }

    private static SdsSecretConfig Secret(string name) => new()
    {
        Name = name,
        SdsConfig = new ConfigSource
        {
            ApiConfigSource = new ApiConfigSource
            {
                ApiType = ApiConfigSource.Types.ApiType.Grpc,
                TransportApiVersion = ApiVersion.V3,
                SetNodeOnFirstMessageOnly = true,
                GrpcServices = { new GrpcService { EnvoyGrpc = new() { ClusterName = SecretCluster } } },
            },
            InitialFetchTimeout = EnvoyShapes.Zero,
            ResourceApiVersion = ApiVersion.V3,
        },
    };
}
