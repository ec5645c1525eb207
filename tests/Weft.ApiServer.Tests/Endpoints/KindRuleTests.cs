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
    [InlineData("discovery.k8s.io/v1", "endpointslices", """ "addressType":"IPv4","endpoints":[{"addresses":["x"]},{"addresses":[]}],"ports":[{"name":"A_"}]""", "endpoints[0].addresses[0]: Invalid value: \"x\": must be a valid IPv4 address, endpoints[1].addresses: Required value: must contain at least 1 address")]
    [InlineData("batch/v1", "cronjobs", """ "spec":{"schedule":"* * * * *","timeZone":"Foo","jobTemplate":{"spec":{""" + Template + "}}}", "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\", spec.timeZone: Invalid value: \"Foo\": unknown time zone Foo")]
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

    [Theory]
    [InlineData("services", """ "spec":{"ports":[{"port":80,"nodePort":30999,"targetPort":99999}],"externalIPs":["x","127.0.0.1"],"selector":{"a b":"c"}}""", "spec.ports[0].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive", "spec.selector: Invalid value: \"a b\": name part must consist of", "spec.externalIPs[0]: Invalid value: \"x\": must be a valid IP address", "spec.externalIPs[1]: Invalid value: \"127.0.0.1\": may not be in the loopback range", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("services", """ "spec":{"type":"ExternalName","externalName":"Foo_Bar","clusterIP":"10.96.0.3"}""", "spec.clusterIPs: Forbidden: may not be set for ExternalName services", "spec.externalName: Invalid value: \"Foo_Bar\": a lowercase RFC 1123 subdomain")]
    [InlineData("services", """ "spec":{"type":"NodePort","clusterIP":"None","ports":[{"port":80,"targetPort":"a--b"}],"loadBalancerSourceRanges":["10.0.0.0/33"],"externalTrafficPolicy":"Foo"}""", "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services", "spec.ports[0].targetPort: Invalid value: \"a--b\": must not contain consecutive hyphens", "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'", "spec.externalTrafficPolicy: Unsupported value: \"Foo\"")]
    [InlineData("services", """ "spec":{"clusterIP":"10.999.0.1","ports":[{"port":80}]}""", "spec.clusterIPs[0]: Invalid value: \"10.999.0.1\": must be a valid IP address")]
    [InlineData("persistentvolumeclaims", """ "spec":{"accessModes":["Foo"]}""", "spec.accessModes: Unsupported value: \"Foo\"", "spec.resources[storage]: Required value")]
    [InlineData("limitranges", """ "spec":{"limits":[{"type":"Container","min":{"cpu":2},"max":{"cpu":1}},{"type":"Pod","default":{"cpu":1}}]}""", "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1", "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'")]
    [InlineData("resourcequotas", """ "spec":{"hard":{"pods":"-1","foo":"1"}}""", "spec.hard[foo]: Invalid value: \"foo\": must be a standard resource for quota", "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("pods", """ "spec":{"dnsPolicy":"Foo","tolerations":[{"operator":"Exists","value":"x"}],"volumes":[{"name":"v"},{"name":"v"},{"name":"w","emptyDir":{},"hostPath":{"path":"/x"}}],"containers":[{"name":"a","image":" b ","readinessProbe":{"tcpSocket":{"port":0}},"env":[{"name":"X","valueFrom":{}}],"volumeMounts":[{"name":"v","mountPath":"/a"},{"name":"v","mountPath":"/a"}],"ports":[{"containerPort":80,"name":"A_B"}],"resources":{"requests":{"cpu":"-1"}}}]}""", "spec.dnsPolicy: Unsupported value: \"Foo\"", "value must be empty when `operator` is 'Exists'", "spec.volumes[1].name: Duplicate value: \"v\"", "spec.volumes[2].hostPath: Forbidden: may not specify more than 1 volume type", "spec.containers[0].image: Invalid value: \" b \": must not have leading or trailing whitespace", "spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: 0", "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of", "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique", "spec.containers[0].ports[0].name: Invalid value: \"A_B\"", "spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\"")]
    public async Task A_wrong_core_object_is_refused_with_everything_that_is_wrong(string resource, string content, params string[] messages)
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("POST", $"/api/v1/namespaces/default/{resource}", $$$"""{"metadata":{"name":"wrong"},{{{content}}}}""");
        Assert.Equal(422, code);
        foreach (var message in messages) Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_policies_and_priority_classes_are_refused_when_they_are_wrong()
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync(
            "POST",
            "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
            """{"metadata":{"name":"n"},"spec":{"policyTypes":["Foo"],"ingress":[{"from":[{},{"ipBlock":{"cidr":"x"}},{"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/16"]}}],"ports":[{"endPort":5}]}]}}""");
        Assert.Equal(422, code);
        foreach (var message in new[]
        {
            "spec.ingress[0].from[0]: Required value: must specify a peer",
            "spec.ingress[0].from[1].ipBlock.cidr: Invalid value: \"x\": must be a valid CIDR value",
            "spec.ingress[0].from[2].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`",
            "spec.ingress[0].ports[0].endPort: Invalid value: 5: may not be specified when `port` is not specified",
            "spec.policyTypes[0]: Unsupported value: \"Foo\": supported values: \"Ingress\", \"Egress\"",
        }) Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
        (code, status) = await server.SendAsync("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", """{"metadata":{"name":"system-x"},"value":1}""");
        Assert.Equal(422, code);
        Assert.Contains("metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only", status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_has_the_priority_of_its_class()
    {
        await using var server = await RunningServer.StartAsync();
        const string pods = "/api/v1/namespaces/default/pods";
        var (_, critical) = await server.SendAsync("POST", pods, """{"metadata":{"name":"a"},"spec":{"priorityClassName":"system-node-critical","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal(2_000_001_000, critical["spec"]!["priority"]!.GetValue<int>());
        var (code, status) = await server.SendAsync("POST", pods, """{"metadata":{"name":"b"},"spec":{"priorityClassName":"nope","containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal((403, "pods \"b\" is forbidden: no PriorityClass with name nope was found"), (code, status["message"]!.ToString()));
    }

    [Theory]
    [InlineData("foo", "parsing time \"foo\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"foo\" as \"2006\"")]
    [InlineData("2020-13-01T00:00:00Z", "parsing time \"2020-13-01T00:00:00Z\": month out of range")]
    [InlineData("2020-01-01", "parsing time \"2020-01-01\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"T\"")]
    public async Task What_is_no_time_is_refused_in_the_words_of_Go(string time, string message)
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", $$$"""{"metadata":{"name":"l"},"spec":{"renewTime":"{{{time}}}"}}""");
        Assert.Equal((400, $"Lease in version \"v1\" cannot be handled as a Lease: {message}"), (code, status["message"]!.ToString()));
    }

    [Fact]
    public async Task Times_are_kept_in_UTC()
    {
        await using var server = await RunningServer.StartAsync();
        var (_, lease) = await server.SendAsync("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", """{"metadata":{"name":"l"},"spec":{"renewTime":"2020-01-01T02:00:00.5+02:00"}}""");
        Assert.Equal("2020-01-01T00:00:00.500000Z", lease["spec"]!["renewTime"]!.ToString());
    }

    [Fact]
    public async Task A_webhook_says_what_it_does_beside_and_where_it_is()
    {
        await using var server = await RunningServer.StartAsync();
        var (code, status) = await server.SendAsync("POST", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", """{"metadata":{"name":"w"},"webhooks":[{"name":"x","clientConfig":{},"timeoutSeconds":31}]}""");
        Assert.Equal(422, code);
        foreach (var message in new[] { "webhooks[0].name: Invalid value: \"x\": should be a domain with at least three segments separated by dots", "webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun", "webhooks[0].admissionReviewVersions: Required value", "webhooks[0].clientConfig: Required value: exactly one of url or service is required", "webhooks[0].timeoutSeconds: Invalid value: 31" })
            Assert.Contains(message, status["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_autoscaler_without_metrics_aims_at_four_fifths_of_the_processor()
    {
        await using var server = await RunningServer.StartAsync();
        const string autoscalers = "/namespaces/default/horizontalpodautoscalers";
        await server.SendAsync("POST", $"/apis/autoscaling/v1{autoscalers}", """{"metadata":{"name":"h"},"spec":{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"}}}""");
        var (_, read) = await server.SendAsync("GET", $"/apis/autoscaling/v2{autoscalers}/h");
        Assert.Equal(80, read["spec"]!["metrics"]![0]!["resource"]!["target"]!["averageUtilization"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_node_port_is_given_once()
    {
        await using var server = await RunningServer.StartAsync();
        const string services = "/api/v1/namespaces/default/services";
        const string spec = """ "spec":{"type":"NodePort","ports":[{"port":80,"nodePort":31000}]}""";
        var (first, _) = await server.SendAsync("POST", services, $$$"""{"metadata":{"name":"a"},{{{spec}}}}""");
        var (second, status) = await server.SendAsync("POST", services, $$$"""{"metadata":{"name":"b"},{{{spec}}}}""");
        Assert.Equal((201, 422), (first, second));
        Assert.Contains("spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated", status["message"]!.ToString(), StringComparison.Ordinal);
        var (_, changed) = await server.SendAsync("PATCH", $"{services}/a", """{"spec":{"type":"ClusterIP"}}""", "application/merge-patch+json");
        Assert.Null(changed["spec"]!["ports"]![0]!["nodePort"]);
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
