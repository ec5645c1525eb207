using Weft.ApiServer.Support;

namespace Weft.ApiServer.Endpoints;

/// <summary>Objects of kinds on which nothing acts here are refused all the same when they are wrong.</summary>
public sealed class KindRuleTests
{
    private const string Template = """ "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    [Theory]
    [InlineData("rbac.authorization.k8s.io/v1", "roles", """ "rules":[{"verbs":[],"resources":["pods"]}]""", "[rules[0].verbs: Required value: verbs must contain at least one value, rules[0].apiGroups: Required value: resource rules must supply at least one api group]")]
    [InlineData("rbac.authorization.k8s.io/v1", "roles", """ "rules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]""", "rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to non-resource URLs")]
    [InlineData("rbac.authorization.k8s.io/v1", "rolebindings", """ "roleRef":{"kind":"Foo","name":"x"}""", "roleRef.kind: Unsupported value: \"Foo\": supported values: \"Role\", \"ClusterRole\"")]
    [InlineData("rbac.authorization.k8s.io/v1", "rolebindings", """ "roleRef":{"kind":"Role","name":"x"},"subjects":[{"kind":"Foo","name":"y"}]""", "subjects[0].kind: Unsupported value: \"Foo\": supported values: \"ServiceAccount\", \"User\", \"Group\"")]
    [InlineData("policy/v1", "poddisruptionbudgets", """ "spec":{"minAvailable":1,"maxUnavailable":1}""", "minAvailable and maxUnavailable cannot be both set")]
    [InlineData("autoscaling/v2", "horizontalpodautoscalers", """ "spec":{"minReplicas":3,"maxReplicas":2,"scaleTargetRef":{"kind":"Deployment","name":"d"}}""", "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`")]
    [InlineData("coordination.k8s.io/v1", "leases", """ "spec":{"leaseDurationSeconds":0}""", "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("networking.k8s.io/v1", "ingresses", """ "spec":{}""", "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified")]
    [InlineData("networking.k8s.io/v1", "ingresses", """ "spec":{"rules":[{"http":{"paths":[{"path":"x","pathType":"Prefix","backend":{"service":{"name":"s","port":{"number":80}}}}]}}]}""", "spec.rules[0].http.paths[0].path: Invalid value: \"x\": must be an absolute path")]
    [InlineData("networking.k8s.io/v1", "ingresses", """ "spec":{"defaultBackend":{"service":{"name":"s"}}}""", "spec.defaultBackend: Required value: port name or number is required")]
    [InlineData("apps/v1", "statefulsets", """ "spec":{"selector":{"matchLabels":{"a":"b"}},"podManagementPolicy":"Foo",""" + Template + "}", "spec.podManagementPolicy: Invalid value: \"Foo\": must be 'OrderedReady' or 'Parallel'")]
    [InlineData("apps/v1", "daemonsets", """ "spec":{"selector":{},""" + Template + "}", "spec.selector: Invalid value: {}: empty selector is invalid for daemonset")]
    public async Task A_wrong_object_is_refused(string apiVersion, string resource, string content, string message)
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("POST", $"/apis/{apiVersion}/namespaces/default/{resource}", $$$"""{"metadata":{"name":"wrong"},{{{content}}}}""");
        Assert.Equal(422, code);
        Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_role_of_a_binding_stays()
    {
        await using var server = await RunningServer.StartAsync();
        const string bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
        await server.SendAsync("POST", bindings, """{"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"x"}}""");
        var (code, status) = await server.SendAsync("PATCH", $"{bindings}/b", """{"roleRef":{"name":"y"}}""", "application/merge-patch+json");
        Assert.Equal(422, code);
        Assert.Contains("roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"y\"}: cannot change roleRef", status["message"]!.ToString(), StringComparison.Ordinal);
    }
}
