using System.Collections.Immutable;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Weft.ControlPlane.Generation.Authorization;
using Weft.ControlPlane.Generation.Clusters;
using Weft.ControlPlane.Generation.Routes;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Security;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Generation;

/// <summary>What cannot be done as it was asked for must not be done more openly.</summary>
public sealed class SafetyTests
{
    private const string Host = "ratings.shop.svc.cluster.local";

    [Fact]
    public void Mutual_tls_with_own_files_presents_them()
    {
        var cluster = Cluster(new ClientTlsSettings { Mode = "MUTUAL", ClientCertificate = "/c.pem", PrivateKey = "/k.pem", CaCertificates = "/ca.pem" });

        var context = cluster!.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>().CommonTlsContext;
        Assert.Equal("file-cert:/c.pem~/k.pem", context.TlsCertificateSdsSecretConfigs.Single().Name);
        Assert.Equal("file-root:/ca.pem", context.CombinedValidationContext.ValidationContextSdsSecretConfig.Name);
    }

    [Theory]
    [InlineData("MUTUAL", null, null)]
    [InlineData("MUTUAL", "/c.pem", null)]
    [InlineData("SIMPLE", null, "secret")]
    [InlineData("MUTUAL", null, "secret")]
    [InlineData("SECURE", null, null)]
    public void Tls_that_cannot_be_set_up_gives_no_cluster(string mode, string? certificate, string? credential) =>
        Assert.Null(Cluster(new ClientTlsSettings { Mode = mode, ClientCertificate = certificate, CredentialName = credential }));

    [Fact]
    public void A_rule_for_token_claims_does_not_match_requests_without_a_verified_token()
    {
        var source = new HttpMatch { WithoutHeaders = ImmutableDictionary<string, StringMatch>.Empty.Add("@request.auth.claims.blocked", new StringMatch { Exact = "yes" }) };
        var view = View(new MeshObjects { VirtualServices = [Routed("shop", new HttpRoute { Match = [source], Route = [To("secret")] })] });

        Assert.Empty(RouteGenerator.Of(view, "9080")!.VirtualHosts.Single(host => host.Name.StartsWith("ratings", StringComparison.Ordinal)).Routes);
    }

    [Fact]
    public void A_virtual_service_outside_the_egress_hosts_of_the_sidecar_does_not_route()
    {
        var scope = new Sidecar { Metadata = Meta("default", "shop"), Spec = new SidecarSpec { Egress = [new SidecarEgress { Hosts = ["./*"] }] } };
        var route = new HttpRoute { Route = [To("elsewhere")] };

        Assert.Null(View(new MeshObjects { Sidecars = [scope], VirtualServices = [Routed("other", route)] }).VirtualServiceFor(Host));
        Assert.NotNull(View(new MeshObjects { Sidecars = [scope], VirtualServices = [Routed("shop", route)] }).VirtualServiceFor(Host));
    }

    [Fact]
    public void On_connections_a_rule_that_needs_a_token_allows_nothing_and_denies_all_else_it_names()
    {
        var policy = new AuthorizationPolicy
        {
            Metadata = Meta("token", "shop"),
            Spec = new AuthorizationPolicySpec { Rules = [new AuthorizationRule { From = [new RuleFrom { Source = new RuleSource { NotRequestPrincipals = ["*"] } }] }] },
        };
        var translation = new PolicyTranslation(MeshConfig.Default, isHttp: false);

        Assert.Empty(translation.Translate(policy, RBAC.Types.Action.Allow));
        Assert.Single(translation.Translate(policy, RBAC.Types.Action.Deny));
    }

    private static Envoy.Config.Cluster.V3.Cluster? Cluster(ClientTlsSettings tls) =>
        ClusterGenerator.Of(View(new MeshObjects
        {
            DestinationRules = [new DestinationRule { Metadata = Meta("r", "shop"), Spec = new DestinationRuleSpec { Host = Host, TrafficPolicy = new TrafficPolicy { Tls = tls } } }],
        })).SingleOrDefault(cluster => cluster.Name == $"outbound|9080||{Host}");

    private static ProxyView View(MeshObjects objects) => new(
        MeshSnapshotBuilder.Build(objects with
        {
            Services = [new Service { Metadata = Meta("ratings", "shop"), Spec = new ServiceSpec { ClusterIP = "127.1.128.9", Ports = [new ServicePort { Name = "http", Port = 9080 }] } }],
        }),
        new ProxyNode { Id = "sidecar~127.1.0.9~a.shop~shop.svc.cluster.local", Address = "127.1.0.9", Name = "a", Namespace = "shop" });

    private static VirtualService Routed(string @namespace, HttpRoute route) =>
        new() { Metadata = Meta("v", @namespace), Spec = new VirtualServiceSpec { Hosts = [Host], Http = [route] } };

    private static HttpRouteDestination To(string host) => new() { Destination = new Destination { Host = host } };

    private static ObjectMeta Meta(string name, string @namespace) => new() { Name = name, Namespace = @namespace };
}
