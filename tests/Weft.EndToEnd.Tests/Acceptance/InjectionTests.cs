namespace Weft.EndToEnd.Acceptance;

/// <summary>Rows 13, 102 and 120: sidecars come by themselves where the namespace asks for them, and by <c>weft kube-inject</c> elsewhere; the application does not notice.</summary>
[Collection(DemoCollection.Name)]
public sealed class InjectionTests(DemoMesh mesh)
{
    private const string Namespace = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: by-hand}
        """;

    private const string Discounts = """
        apiVersion: v1
        kind: Service
        metadata: {name: discounts, namespace: by-hand, labels: {app: discounts}}
        spec:
          selector: {app: discounts}
          ports: [{name: http, port: 8000}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: discounts-v1, namespace: by-hand}
        spec:
          selector: {matchLabels: {app: discounts, version: v1}}
          template:
            metadata: {labels: {app: discounts, version: v1}}
            spec:
              containers:
                - name: discounts
                  image: quay.io/kiali/demo_travels_discounts:v1
                  ports: [{containerPort: 8000}]
                  env: [{name: CURRENT_SERVICE, value: discounts}, {name: CURRENT_VERSION, value: v1}, {name: LISTEN_ADDRESS, value: ":8000"}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_120_a_namespaces_label_gives_its_pods_two_containers()
    {
        Assert.Equal("enabled", await mesh.KubectlAsync("get", "namespace", "travel-agency", "-o", "jsonpath={.metadata.labels.istio-injection}"));
        Assert.Equal("istio-init cars istio-proxy", await ContainersAsync(await mesh.PodAsync("travel-agency", "app=cars,version=v1")));
    }

    [Fact]
    public async Task Row_120_a_manifest_is_injected_by_hand_and_the_application_is_in_the_mesh()
    {
        await using var space = await mesh.ApplyTextAsync(Namespace);
        var injected = (await Shell.RunAsync(WeftProcess.Program, ["kube-inject", "--kubeconfig", mesh.Weft.Kubeconfig, "-f", "-"], Discounts, Cancellation)).Succeeded();
        await using var applied = await mesh.ApplyTextAsync(injected);
        await mesh.KubectlAsync("wait", "deployment/discounts-v1", "-n", "by-hand", "--for=condition=Available", "--timeout=90s");

        var pod = await mesh.PodAsync("by-hand", "app=discounts");
        Assert.Equal("istio-init discounts istio-proxy", await ContainersAsync(pod));
        var caller = await mesh.PodAsync("travel-agency", "app=cars,version=v1");
        await Eventually.Async(() => caller.GetAsync("http://discounts.by-hand:8000/discounts/new"), answer => answer.Status == 200, Cancellation);
        (string, string)[] served = [("reporter", "destination"), ("destination_workload", "discounts-v1"), ("connection_security_policy", "mutual_tls"), ("response_code", "200")];
        await Eventually.Async(pod.MetricsAsync, metrics => metrics.Sum("istio_requests_total", served) >= 1, Cancellation);
    }

    [Fact]
    public async Task Row_013_102_a_workload_joins_by_a_label_of_its_own_and_leaves_with_its_namespace()
    {
        await using var space = await mesh.ApplyTextAsync(Namespace.Replace("by-hand", "by-label", StringComparison.Ordinal));
        await using var applied = await mesh.ApplyTextAsync(Discounts.Replace("by-hand", "by-label", StringComparison.Ordinal) + """

            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: discounts, namespace: by-label}
            spec: {hosts: [discounts], http: [{timeout: 9s, route: [{destination: {host: discounts}}]}]}
            """);
        await mesh.KubectlAsync("wait", "deployment/discounts-v1", "-n", "by-label", "--for=condition=Available", "--timeout=90s");
        Assert.Equal(" discounts", await ContainersAsync(await mesh.PodAsync("by-label", "app=discounts")));

        await mesh.KubectlAsync("patch", "deployment", "discounts-v1", "-n", "by-label", "-p", """{"spec": {"template": {"metadata": {"labels": {"sidecar.istio.io/inject": "true"}}}}}""");
        await mesh.KubectlAsync("rollout", "status", "deployment/discounts-v1", "-n", "by-label", "--timeout=90s");
        Assert.Equal("istio-init discounts istio-proxy", await ContainersAsync(await mesh.PodAsync("by-label", "app=discounts,sidecar.istio.io/inject=true")));
        var caller = await mesh.PodAsync("travel-agency", "app=cars,version=v1");
        await Eventually.Async(() => KnownHostsAsync(caller), hosts => hosts.Contains("discounts.by-label.svc.cluster.local", StringComparison.Ordinal), Cancellation);

        await mesh.KubectlAsync("delete", "namespace", "by-label", "--timeout=60s");
        await Eventually.Async(() => KnownHostsAsync(caller), hosts => !hosts.Contains("by-label", StringComparison.Ordinal), Cancellation);
        Assert.Equal("", await mesh.KubectlAsync("get", "pods,services,deployments,virtualservices", "-n", "by-label", "-o", "name"));
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_is_named_with_its_line()
    {
        var refused = await Shell.RunAsync(WeftProcess.Program, ["kube-inject", "--kubeconfig", mesh.Weft.Kubeconfig, "-f", "-"], "kind: Pod\n  broken: [", Cancellation);
        Assert.Equal((65, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("weft: -, line 2: ", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>The clusters that a pod's proxy has.</summary>
    private static async Task<string> KnownHostsAsync(MeshPod pod)
    {
        using var admin = new HttpClient();
        return await admin.GetStringAsync(new Uri($"http://{pod.Address}:15000/clusters"), Cancellation);
    }

    private Task<string> ContainersAsync(MeshPod pod) =>
        mesh.KubectlAsync("get", "pod", "-n", pod.Namespace, pod.Name, "-o", "jsonpath={.spec.initContainers[*].name} {.spec.containers[*].name}");
}
