using System.Text.Json.Nodes;
using Weft.Kubernetes.Yaml;

namespace Weft.Istio.Admission;

public sealed class IstioAdmissionTests
{
    private const string Route = "{ hosts: [a.com], http: [{ route: [{ destination: { host: a.com } }], %1 }] }";

    [Theory]
    [InlineData("retries: { attempts: 2, retryOn: '5xx,503,nonsense' }", "\"nonsense\" is not a valid retryOn policy")]
    [InlineData("fault: { abort: { grpcStatus: NOPE, percentage: { value: 1 } } }", "gRPC status \"NOPE\" is not supported. See https://github.com/grpc/grpc/blob/master/doc/statuscodes.md for a list of supported codes, for example 'NOT_FOUND'")]
    [InlineData("fault: { delay: { fixedDelay: 1s, percentage: { value: 0.00001 } } }", "percentage 1e-05 is neither 0.0, nor in range [0.0001, 100.0]")]
    [InlineData("headers: { request: { set: { ':path': /x } } }", "invalid header \":path\": header cannot have \":\" prefix")]
    [InlineData("headers: { response: { set: { Host: x } } }", "invalid header \"Host\": cannot set Host header")]
    [InlineData("headers: { request: { add: { a: '%START_TIME' } } }", "header value configuration: invalid header configuration. Un-terminated variable expression '%START_TIME'")]
    [InlineData("match: [{ uri: { regex: '(?=a)' } }]", "\"uri\": error parsing regexp: invalid or unsupported Perl syntax: `(?=`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)")]
    [InlineData("match: [{ method: { prefix: '' } }]", "\"method\": prefix string match should not be empty")]
    [InlineData("match: [{ sourceNamespace: a_b }]", "sourceNamespace match a_b is invalid")]
    [InlineData("timeout: 1500us", "only durations to ms precision are supported")]
    [InlineData("mirrors: [{ percentage: { value: 1 } }]", "destination is required for mirrors")]
    [InlineData("mirror: { host: '*' }", "invalid destination host *")]
    public void A_bad_http_rule_is_refused_with_its_reason(string part, string message) =>
        Assert.Equal($"configuration is invalid: {message}", Review("VirtualService", Route.Replace("%1", part, StringComparison.Ordinal)).Message);

    [Fact]
    public void Several_errors_are_a_numbered_list()
    {
        var verdict = Review("VirtualService", "{ hosts: [a..b], exportTo: ['~'], http: [{ route: [{ destination: { host: a, port: { number: 0 } } }] }] }");

        Assert.Equal(
            "configuration is invalid: 3 errors occurred:\n"
            + "\t* domain name \".b\" invalid (label \"\" invalid)\n"
            + "\t* port number 0 must be in the range 1..65535\n"
            + "\t* exportTo ~ (none) is not allowed for Istio configuration objects\n\n",
            verdict.Message);
        Assert.Empty(verdict.Warnings);
    }

    [Fact]
    public void A_prefix_that_an_earlier_rule_covers_is_warned_of()
    {
        var verdict = Review(
            "VirtualService",
            "{ hosts: [a.com], http: [{ name: first, match: [{ uri: { prefix: /a } }], route: [{ destination: { host: a } }] }, { match: [{ name: m, uri: { prefix: /ab } }], route: [{ destination: { host: a } }] }] }");

        Assert.Equal(
            "virtualService rule #1 match \"m\" of prefix /ab is not used (duplicate/overlapping match in rule #0 of prefix /a on \"first\")",
            Assert.Single(verdict.Warnings));
    }

    [Theory]
    [InlineData("{ host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { distribute: [{ from: a, to: { b: 100 } }], failover: [{ from: a, to: b }] } } } }", "can not simultaneously specify 'distribute' and 'failover'")]
    [InlineData("{ host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { distribute: [{ from: 'a/*', to: { b: 100 } }, { from: a/b, to: { b: 100 } }] } } } }", "locality a/b overlap with previous specified ones")]
    [InlineData("{ host: a, trafficPolicy: { connectionPool: { tcp: { maxConnections: -1 } } } }", "max connections must be non-negative")]
    [InlineData("{ host: a, trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN, warmup: { minimumPercent: 101 } } } }", "2 errors occurred:\n\t* duration is required\n\t* minimumPercent value should be less than or equal to 100\n\n")]
    [InlineData("{ host: a, trafficPolicy: { tls: { mode: SIMPLE, insecureSkipVerify: true, credentialName: c } } }", "cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true")]
    public void A_bad_traffic_policy_is_refused_with_its_reason(string spec, string message) =>
        Assert.Equal($"configuration is invalid: {message}", Review("DestinationRule", spec).Message);

    [Theory]
    [InlineData("{ hosts: [a.com], addresses: [10.0.0.0/8], resolution: DNS, ports: [{ number: 80, name: http, protocol: HTTP }] }", "CIDR addresses are allowed only for NONE/STATIC resolution types")]
    [InlineData("{ hosts: [a.com, b.com], resolution: DNS, ports: [{ number: 1, name: t, protocol: TCP }] }", "multiple hosts provided with non-HTTP, non-TLS ports")]
    [InlineData("{ hosts: [a.com], resolution: STATIC, endpoints: [{ address: 'unix:///a/' }], ports: [{ number: 80, name: http, protocol: HTTP }] }", "/a/ is not an absolute path to a file")]
    [InlineData("{ hosts: [a.com], endpoints: [{ address: 1.1.1.1 }], ports: [{ number: 80, name: http, protocol: HTTP }] }", "no endpoints should be provided for resolution type none")]
    [InlineData("{ hosts: ['*'], ports: [{ number: 80, name: http, protocol: HTTP }] }", "invalid host *")]
    public void A_bad_service_entry_is_refused_with_its_reason(string spec, string message) =>
        Assert.Equal($"configuration is invalid: {message}", Review("ServiceEntry", spec).Message);

    [Theory]
    [InlineData("{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }")]
    [InlineData("{ action: DENY, rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] }")]
    public void A_deny_rule_of_http_attributes_alone_warns_of_tcp_ports(string spec)
    {
        var verdict = Review("AuthorizationPolicy", spec);

        Assert.True(verdict.IsAllowed);
        Assert.StartsWith("configured AuthorizationPolicy will deny all traffic to TCP ports", Assert.Single(verdict.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EnvoyFilter", "{ configPatches: [{ applyTo: CLUSTER, patch: { operation: REMOVE } }] }")]
    [InlineData("WasmPlugin", "{ url: 'oci://a/b:1' }")]
    [InlineData("TrafficExtension", "{ lua: { inlineCode: 'function envoy_on_request(handle) end' } }")]
    public void What_no_sidecar_enforces_is_kept_with_a_warning(string kind, string spec) =>
        Assert.Contains($"{kind} is stored but not enforced: the sidecars of Weft ignore it", Review(kind, spec).Warnings);

    [Theory]
    [InlineData("rbac.istio.io", "ServiceRole", "AuthorizationPolicy")]
    [InlineData("rbac.istio.io", "ServiceRoleBinding", "AuthorizationPolicy")]
    [InlineData("authentication.istio.io", "MeshPolicy", "PeerAuthentication")]
    [InlineData("authentication.istio.io", "Policy", "RequestAuthentication")]
    [InlineData("config.istio.io", "rule", "Telemetry")]
    public void A_removed_kind_is_refused_with_its_successor(string group, string kind, string successor)
    {
        var verdict = new IstioAdmission().Review(group, kind, []);

        Assert.False(verdict.IsAllowed);
        Assert.Contains(successor, verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_groups_are_let_pass() => Assert.True(new IstioAdmission().Review("apps", "Deployment", []).IsAllowed);

    [Theory]
    [InlineData("VirtualService")]
    [InlineData("DestinationRule")]
    [InlineData("ServiceEntry")]
    [InlineData("WorkloadEntry")]
    [InlineData("WorkloadGroup")]
    [InlineData("Gateway")]
    [InlineData("Sidecar")]
    [InlineData("EnvoyFilter")]
    [InlineData("ProxyConfig")]
    [InlineData("PeerAuthentication")]
    [InlineData("RequestAuthentication")]
    [InlineData("AuthorizationPolicy")]
    [InlineData("Telemetry")]
    [InlineData("WasmPlugin")]
    [InlineData("TrafficExtension")]
    public void Nothing_that_a_schema_lets_pass_or_not_breaks_the_review(string kind)
    {
        foreach (var recorded in RecordedVerdict.OfWebhook)
        {
            foreach (var broken in Broken(recorded.Item["spec"]))
            {
                new IstioAdmission().Review(GroupOf(kind), kind, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" }, ["spec"] = broken });
            }
        }
    }

    /// <summary>The content with, one after the other, each of its fields replaced by something of another type.</summary>
    private static IEnumerable<JsonNode?> Broken(JsonNode? content)
    {
        yield return content?.DeepClone();
        JsonNode?[] others = [null, JsonValue.Create(-1), JsonValue.Create("\0*/%{"), new JsonArray(null, new JsonArray()), new JsonObject { ["x"] = null }];
        if (content is JsonObject item)
        {
            foreach (var (name, value) in item)
            {
                foreach (var other in others.Concat(Broken(value).Skip(1)))
                {
                    var copy = (JsonObject)item.DeepClone();
                    copy[name] = other?.DeepClone();
                    yield return copy;
                }
            }
        }
        else if (content is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                foreach (var other in others.Concat(Broken(list[i]).Skip(1)))
                {
                    var copy = (JsonArray)list.DeepClone();
                    copy[i] = other?.DeepClone();
                    yield return copy;
                }
            }
        }
    }

    private static AdmissionVerdict Review(string kind, string spec) => new IstioAdmission().Review(
        GroupOf(kind),
        kind,
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "x", ["namespace"] = "demo" },
            ["spec"] = KubeYaml.Read(spec)[0].Content?.DeepClone(),
        });

    private static string GroupOf(string kind) => kind switch
    {
        "PeerAuthentication" or "RequestAuthentication" or "AuthorizationPolicy" => "security.istio.io",
        "Telemetry" => "telemetry.istio.io",
        "WasmPlugin" or "TrafficExtension" => "extensions.istio.io",
        _ => "networking.istio.io",
    };
}
