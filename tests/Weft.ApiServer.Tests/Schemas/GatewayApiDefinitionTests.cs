using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Schemas;

/// <summary>What the definitions of the Gateway API let in, and what they add.</summary>
public sealed class GatewayApiDefinitionTests(GatewayApiDefinitionTests.OneServer one) : IClassFixture<GatewayApiDefinitionTests.OneServer>
{
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "v1", "HTTPRoute", """{"rules":[{"matches":[{"path":{"value":"cars"}}]}]}""", "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']" },
        { "v1", "HTTPRoute", """{"rules":[{"matches":[{"method":"FETCH"}]}]}""", "Unsupported value: \"FETCH\"" },
        { "v1", "HTTPRoute", """{"rules":[{"backendRefs":[{"name":"cars"}]}]}""", "Must have port for Service reference" },
        { "v1", "HTTPRoute", """{"rules":[{"filters":[{"type":"RequestRedirect","requestRedirect":{}}],"backendRefs":[{"name":"cars","port":80}]}]}""", "RequestRedirect filter must not be used together with backendRefs" },
        { "v1", "HTTPRoute", """{"rules":[{"filters":[{"type":"URLRewrite"}]}]}""", "filter.urlRewrite must be specified for URLRewrite filter.type" },
        { "v1", "HTTPRoute", """{"rules":[{"timeouts":{"request":"1s","backendRequest":"2s"}}]}""", "backendRequest timeout cannot be longer than request timeout" },
        { "v1beta1", "HTTPRoute", """{"parentRefs":[{"name":"edge"},{"name":"edge"}]}""", "sectionName or port must be unique when parentRefs includes 2 or more references to the same parent" },
        { "v1", "HTTPRoute", """{"hostnames":["a.*"]}""", "spec.hostnames[0] in body should match" },
        { "v1", "GRPCRoute", """{"rules":[{"matches":[{"method":{}}]}]}""", "One or both of 'service' or 'method' must be specified" },
        { "v1alpha2", "TCPRoute", """{"rules":[{}]}""", "spec.rules[0].backendRefs: Required value" },
        { "v1alpha3", "TLSRoute", """{"hostnames":["a.example.com"]}""", "spec.rules: Required value" },
        { "v1beta1", "ReferenceGrant", """{"from":[{"kind":"HTTPRoute","namespace":"a","group":"x"}],"to":[]}""", "spec.to in body should have at least 1 items" },
        { "v1", "Gateway", """{"gatewayClassName":"istio","listeners":[{"name":"a","port":80,"protocol":"HTTP","tls":{"certificateRefs":[{"name":"c"}]}}]}""", "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']" },
        { "v1", "Gateway", """{"gatewayClassName":"istio","listeners":[{"name":"a","port":443,"protocol":"HTTPS","tls":{}}]}""", "certificateRefs or options must be specified when mode is Terminate" },
        { "v1", "Gateway", """{"gatewayClassName":"istio","listeners":[{"name":"a","port":80,"protocol":"HTTP"},{"name":"b","port":80,"protocol":"HTTP"}]}""", "Combination of port, protocol and hostname must be unique for each listener" },
        { "v1", "Gateway", """{"gatewayClassName":"istio","listeners":[{"name":"a","port":70000,"protocol":"HTTP"}]}""", "should be less than or equal to 65535" },
        { "v1", "Gateway", """{"gatewayClassName":"istio","listeners":[{"name":"a","port":80,"protocol":"HTTP"}],"allowedListeners":{"namespaces":{"from":"Some"}}}""", "Unsupported value: \"Some\"" },
        { "v1", "ListenerSet", """{"listeners":[{"name":"a","port":80,"protocol":"HTTP"}]}""", "spec.parentRef: Required value" },
        { "v1", "ListenerSet", """{"parentRef":{"name":"edge"},"listeners":[]}""", "spec.listeners in body should have at least 1 items" },
        { "v1", "ListenerSet", """{"parentRef":{"name":"edge"},"listeners":[{"name":"a","port":80,"protocol":"HTTP"},{"name":"b","port":80,"protocol":"HTTP"}]}""", "Combination of port, protocol and hostname must be unique for each listener" },
        { "v1", "BackendTLSPolicy", """{"targetRefs":[{"group":"","kind":"Service","name":"cars"}],"validation":{"hostname":"cars.example.com"}}""", "must specify either CACertificateRefs or WellKnownCACertificates" },
        { "v1", "BackendTLSPolicy", """{"targetRefs":[{"group":"","kind":"Service","name":"cars"}],"validation":{"hostname":"*.example.com","wellKnownCACertificates":"System"}}""", "spec.validation.hostname in body should match" },
        { "v1", "BackendTLSPolicy", """{"targetRefs":[{"group":"","kind":"Service","name":"cars"}],"validation":{"hostname":"a.b","wellKnownCACertificates":"System","caCertificateRefs":[{"group":"","kind":"ConfigMap","name":"r"}]}}""", "must not contain both CACertificateRefs and WellKnownCACertificates" },
        { "v1", "BackendTLSPolicy", """{"targetRefs":[{"group":"","kind":"Service","name":"cars"},{"group":"","kind":"Service","name":"cars"}],"validation":{"hostname":"a.b","wellKnownCACertificates":"System"}}""", "sectionName must be unique when targetRefs includes 2 or more references to the same target" },
        { "v1", "BackendTLSPolicy", """{"targetRefs":[{"group":"","kind":"Service","name":"cars"}],"validation":{"hostname":"a.b","wellKnownCACertificates":"System","subjectAltNames":[{"type":"URI","hostname":"a.b"}]}}""", "SubjectAltName element must not contain Hostname, if Type is not set to Hostname" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_bad_field_is_refused(string version, string kind, string spec, string why)
    {
        var (code, body) = await CreateAsync(version, kind, spec);

        Assert.Equal(422, code);
        Assert.Contains(why, body["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_are_filled_in_and_every_version_has_them()
    {
        var (code, route) = await CreateAsync("v1beta1", "HTTPRoute", """{"parentRefs":[{"name":"edge"}],"rules":[{"backendRefs":[{"name":"cars","port":8000}]}]}""");
        var (_, gateway) = await CreateAsync("v1", "Gateway", """{"gatewayClassName":"istio","listeners":[{"name":"a","port":80,"protocol":"HTTP"}]}""");
        var (_, set) = await CreateAsync("v1", "ListenerSet", """{"parentRef":{"name":"edge"},"listeners":[{"name":"a","port":80,"protocol":"HTTP"}]}""");

        Assert.Equal(201, code);
        Assert.Equal("""{"name":"edge","group":"gateway.networking.k8s.io","kind":"Gateway"}""", route["spec"]!["parentRefs"]![0]!.ToJsonString());
        Assert.Equal("""[{"path":{"type":"PathPrefix","value":"/"}}]""", route["spec"]!["rules"]![0]!["matches"]!.ToJsonString());
        Assert.Equal(1, (int)route["spec"]!["rules"]![0]!["backendRefs"]![0]!["weight"]!);
        Assert.Equal("""{"namespaces":{"from":"Same"}}""", gateway["spec"]!["listeners"]![0]!["allowedRoutes"]!.ToJsonString());
        Assert.Equal("""{"namespaces":{"from":"Same"}}""", set["spec"]!["listeners"]![0]!["allowedRoutes"]!.ToJsonString());
        Assert.Equal("""{"name":"edge","group":"gateway.networking.k8s.io","kind":"Gateway"}""", set["spec"]!["parentRef"]!.ToJsonString());
        Assert.Equal(["Accepted Unknown Pending", "Programmed Unknown Pending"], set["status"]!["conditions"]!.AsArray().Select(condition => $"{condition!["type"]} {condition["status"]} {condition["reason"]}"));
        Assert.Equal(["Accepted Unknown Pending", "Programmed Unknown Pending"], gateway["status"]!["conditions"]!.AsArray().Select(condition => $"{condition!["type"]} {condition["status"]} {condition["reason"]}"));
    }

    private Task<(int Code, JsonObject Body)> CreateAsync(string version, string kind, string spec) => one.Server.SendAsync(
        "POST",
        $"/apis/gateway.networking.k8s.io/{version}/namespaces/default/{PluralOf(kind)}",
        new JsonObject
        {
            ["apiVersion"] = $"gateway.networking.k8s.io/{version}",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = "x" },
            ["spec"] = JsonNode.Parse(spec),
        }.ToJsonString());

    private static string PluralOf(string kind) => kind == "BackendTLSPolicy" ? "backendtlspolicies" : $"{kind.ToLowerInvariant()}s";

    /// <summary>A server for all cases: most store nothing.</summary>
    public sealed class OneServer : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!; // set before a test runs

        public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync(o => o with { RunControllers = false });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
