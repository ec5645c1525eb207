using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Weft.Proxy.Mesh;
using Weft.Xds;

namespace Weft.Proxy.Gateways;

/// <summary>A gateway in front of beta, with listeners in the shapes that istiod sends (recorded cases gateway-http, gateway-https-mutual, gateway-tls-terminate-tcp).</summary>
internal sealed class TestGateway
{
    public const string Beta = "outbound|8000||beta.demo.svc.cluster.local";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(EnvoyTypes.Registry).WithIgnoreUnknownFields(true));

    private readonly TestMesh _mesh;

    private TestGateway(TestMesh mesh, string address)
    {
        _mesh = mesh;
        Address = address;
        Resources = IstioResources.Create(mesh.AlphaAddress, mesh.BetaAddress);
        Resources.ByType[TypeUrls.Listener].Clear();
        Resources.ByType[TypeUrls.Route].Clear();
    }

    public string Address { get; }

    public SidecarProxy Proxy { get; private set; } = null!;

    public ResourceSet Resources { get; }

    private string Node => $"router~{Address}~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local";

    /// <param name="configure">Adds listeners, routes and secrets.</param>
    public static async Task<TestGateway> StartAsync(TestMesh mesh, Action<TestGateway> configure, CancellationToken cancellationToken)
    {
        var gateway = new TestGateway(mesh, mesh.AlphaAddress[..mesh.AlphaAddress.LastIndexOf('.')] + ".3");
        configure(gateway);
        gateway.Publish();
        gateway.Proxy = await mesh.StartProxyAsync("istio-ingressgateway", gateway.Node, gateway.Address, gateway.Address, cancellationToken);
        await TestMesh.UntilAsync(() => gateway.Proxy.IsReady, cancellationToken);
        return gateway;
    }

    public void Publish() => _mesh.Control.Set(Node, Resources);

    public TestGateway Listener(int port, params string[] chains)
    {
        var inspector = chains.Any(chain => chain.Contains("serverNames")) ? """{"name":"envoy.filters.listener.tls_inspector"}""" : "";
        var listener = Parser.Parse<Listener>($$$"""
            {"name":"0.0.0.0_{{{port}}}","address":{"socketAddress":{"address":"0.0.0.0","portValue":{{{port}}} } },"trafficDirection":"OUTBOUND",
             "listenerFilters":[{{{inspector}}}],"filterChains":[{{{string.Join(',', chains)}}}]}
            """);
        Resources.Add(TypeUrls.Listener, listener.Name, listener);
        return this;
    }

    /// <summary>Lets a listener's connections begin with the PROXY protocol's header.</summary>
    /// <param name="options">More fields of the filter, each after a comma.</param>
    public TestGateway TakesProxyProtocol(int port, string options)
    {
        ((Listener)Resources.ByType[TypeUrls.Listener][$"0.0.0.0_{port}"]).ListenerFilters.Insert(0, Parser.Parse<ListenerFilter>($$$"""
            {"name":"envoy.filters.listener.proxy_protocol","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol"{{{options}}} } }
            """));
        return this;
    }

    /// <summary>Routes one prefix of all hosts to a cluster.</summary>
    public TestGateway Routes(string name, string cluster, string prefix = "/")
    {
        Resources.Add(TypeUrls.Route, name, Parser.Parse<RouteConfiguration>("""
            {"name":"NAME","virtualHosts":[{"name":"*:80","domains":["*"],"routes":[{"name":"r","match":{"prefix":"PREFIX"},"route":{"cluster":"CLUSTER","timeout":"0s"}}]}]}
            """.Replace("NAME", name).Replace("PREFIX", prefix).Replace("CLUSTER", cluster)));
        return this;
    }

    /// <summary>The cluster of beta that an east-west gateway has: it leads the client's own TLS on.</summary>
    public TestGateway Passing(string serverName)
    {
        var cluster = ((Envoy.Config.Cluster.V3.Cluster)Resources.ByType[TypeUrls.Cluster][Beta]).Clone();
        cluster.Name = cluster.EdsClusterConfig.ServiceName = serverName;
        cluster.TransportSocket = null;
        cluster.TransportSocketMatches.Clear();
        Resources.Add(TypeUrls.Cluster, serverName, cluster);
        var endpoints = ((Envoy.Config.Endpoint.V3.ClusterLoadAssignment)Resources.ByType[TypeUrls.Endpoint][Beta]).Clone();
        endpoints.ClusterName = serverName;
        Resources.Add(TypeUrls.Endpoint, serverName, endpoints);
        return this;
    }

    public TestGateway Secret(string name, TestCertificate certificate)
    {
        Resources.Add(TypeUrls.Secret, name, new Secret
        {
            Name = name,
            TlsCertificate = new() { CertificateChain = new() { InlineBytes = ByteString.CopyFromUtf8(certificate.Pem) }, PrivateKey = new() { InlineBytes = ByteString.CopyFromUtf8(certificate.KeyPem) } },
        });
        return this;
    }

    public TestGateway Roots(string name, TestCertificate root)
    {
        Resources.Add(TypeUrls.Secret, name, new Secret { Name = name, ValidationContext = new() { TrustedCa = new() { InlineBytes = ByteString.CopyFromUtf8(root.Pem) } } });
        return this;
    }

    public static string Http(string routes, string? serverName = null, string? tls = null) => Chain(
        """
        {"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
         "statPrefix":"outbound_0.0.0.0_8080;","rds":{"configSource":{"ads":{}},"routeConfigName":"ROUTES"},"useRemoteAddress":true,"serverName":"istio-envoy","streamIdleTimeout":"0s",
         "httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}
        """.Replace("ROUTES", routes),
        serverName,
        tls);

    public static string Tcp(string cluster, string? serverName = null, string? tls = null) => Chain(
        """{"name":"envoy.filters.network.tcp_proxy","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy","statPrefix":"tcp","cluster":"CLUSTER"}}""".Replace("CLUSTER", cluster),
        serverName,
        tls);

    /// <param name="roots">The secret that verifies clients; null asks for no certificate.</param>
    public static string Tls(string secret, string? roots = null, bool requireClient = true, string subjectAltNames = "", string parameters = "{}")
    {
        const string Validation = """
            "combinedValidationContext":{"defaultValidationContext":{SANS},"validationContextSdsSecretConfig":{"name":"ROOTS","sdsConfig":{"ads":{}}}},
            """;
        return """
            {"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","requireClientCertificate":REQUIRE,
             "commonTlsContext":{"alpnProtocols":["h2","http/1.1"],"tlsParams":PARAMETERS,VALIDATION"tlsCertificateSdsSecretConfigs":[{"name":"SECRET","sdsConfig":{"ads":{}}}]}}}
            """
            .Replace("REQUIRE", roots is not null && requireClient ? "true" : "false")
            .Replace("PARAMETERS", parameters)
            .Replace("SECRET", secret)
            .Replace("VALIDATION", roots is null ? "" : Validation.Replace("SANS", subjectAltNames).Replace("ROOTS", roots));
    }

    /// <summary>A client that dials the gateway whatever the URL says.</summary>
    public HttpClient Client(int port, TestCertificate? root = null, TestCertificate? own = null)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) => await DialAsync(port, cancellationToken),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, peer, _, errors) => root?.Issued(peer) == true && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
                ClientCertificates = own is null ? null : [own.Certificate],
            },
        };
        return new HttpClient(handler);
    }

    public async Task<NetworkStream> DialAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(Address), port), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static string Chain(string filter, string? serverName, string? tls)
    {
        var match = serverName is null ? "" : $",\"filterChainMatch\":{{\"serverNames\":[\"{serverName}\"]}}";
        var socket = tls is null ? "" : $",\"transportSocket\":{tls}";
        return $"{{\"filters\":[{filter}]{match}{socket}}}";
    }
}

/// <summary>A certificate with its key, made for one test.</summary>
internal sealed class TestCertificate
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private TestCertificate(Func<ECDsa, X509Certificate2> make) => Certificate = make(_key);

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    public string KeyPem => _key.ExportPkcs8PrivateKeyPem() + "\n";

    public static TestCertificate Root(string name) => new(key =>
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(200));
    });

    public TestCertificate Issue(string dnsName) => new(key =>
    {
        var request = new CertificateRequest($"CN={dnsName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(16);
        using var bare = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UnixEpoch.AddYears(51), DateTimeOffset.UnixEpoch.AddYears(199), serial);
        return bare.CopyWithPrivateKey(key);
    });

    public bool Issued(X509Certificate? certificate)
    {
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(Certificate);
        return certificate is X509Certificate2 certificate2 && chain.Build(certificate2);
    }
}
