using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.RawBuffer.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Weft.Istio.Effective;
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
    private const string CredentialScheme = "kubernetes://";
    private const string RootsSuffix = "-cacert";

    private static readonly string[] s_gatewayAlpn = ["h2", "http/1.1"];
    private static readonly string[] s_meshTcpAlpn = ["istio-peer-exchange", "h2", "http/1.1"];

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
            CipherSuites = { mesh.MeshMTLS is { CipherSuites.Length: > 0 } stated ? stated.CipherSuites : s_serverCiphers },
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

    /// <summary>
    /// TLS by the settings of a DestinationRule: trusts a file of roots or the machine's, and presents the stated certificate files, if any; or takes both
    /// from a credential. Curves and cipher suites are the mesh's.
    /// </summary>
    public static TransportSocket UpstreamStated(MeshConfig mesh, ClientTlsSettings settings, IEnumerable<string> names, IEnumerable<string> alpn)
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
                    CipherSuites = { mesh.TlsDefaults?.CipherSuites ?? [] },
                    EcdhCurves = { mesh.TlsDefaults?.EcdhCurves ?? [] },
                },
            },
        };
        var credential = settings.CredentialName ?? "";
        if (settings.Mode == "MUTUAL")
        {
            context.CommonTlsContext.TlsCertificateSdsSecretConfigs.Add(
                credential.Length > 0 ? AdsSecret(credential) : FileSecret($"file-cert:{settings.ClientCertificate}~{settings.PrivateKey}"));
        }

        if (settings.InsecureSkipVerify == true)
        {
            // Nothing is asked of the server. Of files istiod says so; of a credential it says nothing, which means the same.
            context.CommonTlsContext.ValidationContext = credential.Length > 0 ? null : new CertificateValidationContext();
        }
        else
        {
            var trusted = new CertificateValidationContext { Crl = settings.CaCrl is { Length: > 0 } revoked && credential.Length == 0 ? new DataSource { Filename = revoked } : null };
            foreach (var name in names)
            {
                AddSan(trusted, new StringMatcher { Exact = name });
            }

            var roots = credential.Length > 0
                ? AdsSecret($"{credential}{RootsSuffix}")
                : FileSecret($"file-root:{(string.IsNullOrEmpty(settings.CaCertificates) ? "system" : settings.CaCertificates)}");
            context.CommonTlsContext.CombinedValidationContext = new() { DefaultValidationContext = trusted, ValidationContextSdsSecretConfig = roots };
        }

        return new TransportSocket { Name = TlsSocket, TypedConfig = context.Pack() };
    }

    /// <summary>What a server of a Gateway terminates: certificates from the control plane's secrets, from files of the proxy, or the proxy's own.</summary>
    public static TransportSocket Server(MeshConfig mesh, BoundServer server) =>
        Server(mesh, server.Server.Tls ?? throw new ArgumentException("the server has no TLS settings", nameof(server)), server.IsHttp);

    /// <param name="isHttp">Requests are read from what TLS protected.</param>
    public static TransportSocket Server(MeshConfig mesh, ServerTlsSettings settings, bool isHttp)
    {
        var isMesh = settings.Mode == "ISTIO_MUTUAL";
        var common = new CommonTlsContext { AlpnProtocols = { isMesh && !isHttp ? s_meshTcpAlpn : s_gatewayAlpn } };
        var validates = settings.Mode is "MUTUAL" or "OPTIONAL_MUTUAL" || isMesh;
        if (!isMesh && CredentialsOf(settings) is { Count: > 0 } credentials)
        {
            common.TlsCertificateSdsSecretConfigs.Add(credentials.Select(AdsSecret));
            ValidateByCredential(common, settings, credentials[0]);
        }
        else
        {
            common.TlsCertificateSdsSecretConfigs.Add(isMesh ? [Secret(WorkloadSecret)] : CertificatesOf(settings));
            if (validates)
            {
                var root = isMesh || string.IsNullOrEmpty(settings.CaCertificates) ? Secret(RootSecret) : FileSecret($"file-root:{settings.CaCertificates}");
                common.CombinedValidationContext = new() { DefaultValidationContext = Trusted(settings), ValidationContextSdsSecretConfig = root };
            }
        }

        if (!isMesh)
        {
            Restrict(common, settings, settings.Mode is "SIMPLE" or "MUTUAL" or "OPTIONAL_MUTUAL" ? mesh.TlsDefaults : null);
        }

        return new TransportSocket
        {
            Name = TlsSocket,
            TypedConfig = new DownstreamTlsContext { CommonTlsContext = common, RequireClientCertificate = settings.Mode is "MUTUAL" or "ISTIO_MUTUAL" }.Pack(),
        };
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

    private static List<string> CredentialsOf(ServerTlsSettings settings) =>
        settings.CredentialNames.Length > 0 ? [.. settings.CredentialNames] : string.IsNullOrEmpty(settings.CredentialName) ? [] : [settings.CredentialName];

    /// <summary>From files; without any the proxy's own.</summary>
    private static IEnumerable<SdsSecretConfig> CertificatesOf(ServerTlsSettings settings) => settings switch
    {
        { TlsCertificates.Length: > 0 } => settings.TlsCertificates.Select(files => FileSecret($"file-cert:{files.ServerCertificate}~{files.PrivateKey}")),
        { ServerCertificate: { Length: > 0 } certificate } => [FileSecret($"file-cert:{certificate}~{settings.PrivateKey}")],
        _ => [Secret(WorkloadSecret)],
    };

    private static void ValidateByCredential(CommonTlsContext common, ServerTlsSettings settings, string credential)
    {
        if (settings.Mode is "MUTUAL" or "OPTIONAL_MUTUAL")
        {
            var roots = string.IsNullOrEmpty(settings.CaCertCredentialName) ? $"{credential}{RootsSuffix}" : settings.CaCertCredentialName;
            common.CombinedValidationContext = new() { DefaultValidationContext = Trusted(settings), ValidationContextSdsSecretConfig = AdsSecret(roots) };
        }
        else if (settings.SubjectAltNames.Length > 0)
        {
            common.ValidationContext = Trusted(settings);
        }
    }

    private static CertificateValidationContext Trusted(ServerTlsSettings settings)
    {
        var trusted = new CertificateValidationContext
        {
            VerifyCertificateSpki = { settings.VerifyCertificateSpki },
            VerifyCertificateHash = { settings.VerifyCertificateHash },
        };
        foreach (var name in settings.SubjectAltNames)
        {
            AddSan(trusted, new StringMatcher { Exact = name });
        }

        if (!string.IsNullOrEmpty(settings.CaCrl))
        {
            trusted.Crl = new DataSource { Filename = settings.CaCrl };
        }

        return trusted;
    }

    /// <summary>Versions, suites and curves as the server states them, else as the mesh does; none of it stated leaves them to the proxy.</summary>
    private static void Restrict(CommonTlsContext common, ServerTlsSettings settings, MeshTlsSettings? defaults)
    {
        var (stated, highest) = (VersionOf(settings.MinProtocolVersion), VersionOf(settings.MaxProtocolVersion));
        var parameters = new TlsParameters
        {
            TlsMinimumProtocolVersion = stated == TlsParameters.Types.TlsProtocol.TlsAuto ? VersionOf(defaults?.MinProtocolVersion) : stated,
            TlsMaximumProtocolVersion = highest,
            CipherSuites = { settings.CipherSuites.IsEmpty ? defaults?.CipherSuites ?? [] : settings.CipherSuites.Distinct() },
            EcdhCurves = { defaults?.EcdhCurves ?? [] },
        };
        if (!parameters.Equals(new TlsParameters()))
        {
            common.TlsParams = parameters;
        }
    }

    private static TlsParameters.Types.TlsProtocol VersionOf(string? version) => version switch
    {
        "TLSV1_0" => TlsParameters.Types.TlsProtocol.Tlsv10,
        "TLSV1_1" => TlsParameters.Types.TlsProtocol.Tlsv11,
        "TLSV1_2" => TlsParameters.Types.TlsProtocol.Tlsv12,
        "TLSV1_3" => TlsParameters.Types.TlsProtocol.Tlsv13,
        _ => TlsParameters.Types.TlsProtocol.TlsAuto,
    };

    /// <summary>A secret that the control plane serves on the stream of the other resources.</summary>
    private static SdsSecretConfig AdsSecret(string credential) => new()
    {
        Name = credential.Contains("://", StringComparison.Ordinal) ? credential : $"{CredentialScheme}{credential}",
        SdsConfig = new ConfigSource { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 },
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
