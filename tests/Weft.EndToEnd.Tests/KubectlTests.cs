namespace Weft.EndToEnd;

/// <summary>An unmodified kubectl against the running mesh.</summary>
[Collection(TravelsCollection.Name)]
public sealed class KubectlTests(TravelsMesh mesh)
{
    private const string Configuration = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {colour: blue}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_deployment_is_ready()
    {
        await Kubectl("wait", "deployment", "--all", "-A", "--for=condition=Available", "--timeout=60s");

        var deployments = await Kubectl("get", "deployments", "-A", "--no-headers");

        Assert.All(deployments.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("1/1", line, StringComparison.Ordinal));
        foreach (var name in (string[])["cars-v1", "discounts-v1", "flights-v1", "hotels-v1", "insurances-v1", "mysqldb-v1", "travels-v1", "viaggi", "voyages", "control", "istiod"])
        {
            Assert.Contains(name, deployments, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Row_159_istios_parts_and_add_ons_are_deployments_and_there_is_none_without_something_behind_it()
    {
        await Kubectl("wait", "deployment", "--all", "-n", "istio-system", "--for=condition=Available", "--timeout=60s");

        var ready = await Kubectl("get", "deployments", "-n", "istio-system", "-o", "jsonpath={range .items[*]}{.metadata.name} {.status.readyReplicas}/{.spec.replicas},{end}");

        Assert.Equal("istio-egressgateway 1/1,istio-ingressgateway 1/1,istiod 1/1,jaeger 1/1,kiali 1/1,prometheus 1/1,", ready);
    }

    [Fact]
    public async Task A_pod_in_the_mesh_shows_its_sidecar()
    {
        await Kubectl("wait", "pod", "-n", "travel-agency", "-l", "app=cars", "--for=condition=Ready", "--timeout=60s");

        Assert.Equal("cars istio-proxy", await Kubectl("get", "pod", "-n", "travel-agency", "-l", "app=cars", "-o", "jsonpath={.items[0].spec.containers[*].name}"));
        Assert.Equal("istio-init", await Kubectl("get", "pod", "-n", "travel-agency", "-l", "app=cars", "-o", "jsonpath={.items[0].spec.initContainers[*].name}"));
        Assert.Contains("2/2", await Kubectl("get", "pods", "-n", "travel-agency", "-l", "app=cars"), StringComparison.Ordinal);
        Assert.Contains("Started container istio-proxy", await Kubectl("describe", "pod", "-n", "travel-agency", "-l", "app=cars"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_those_of_the_application_and_of_the_proxy()
    {
        var application = await Eventually.Async(
            () => Kubectl("logs", "-n", "travel-agency", "deploy/travels-v1", "-c", "travels", "--tail=20"),
            log => log.Contains("GetTravelQuote", StringComparison.Ordinal),
            Cancellation);
        await Eventually.Async(
            () => Kubectl("logs", "-n", "travel-agency", "deploy/travels-v1", "-c", "istio-proxy", "--tail=50"),
            log => log.Contains("outbound|8000||hotels.travel-agency.svc.cluster.local", StringComparison.Ordinal) && log.Contains("\"GET /hotels HTTP/1.1\" 200", StringComparison.Ordinal),
            Cancellation);

        Assert.Contains("[travels/v1]", application, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_are_created_changed_shown_and_deleted()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "settings.yaml");
        await File.WriteAllTextAsync(file, Configuration, Cancellation);

        await Kubectl("create", "namespace", "kubectl-test");
        Assert.Contains("configmap/settings created", await Kubectl("apply", "-n", "kubectl-test", "-f", folder.Path), StringComparison.Ordinal);
        Assert.Contains("unchanged", await Kubectl("apply", "-n", "kubectl-test", "-f", file), StringComparison.Ordinal);
        var stdin = await Shell.KubectlWithInputAsync(mesh.Weft, Configuration.Replace("blue", "green", StringComparison.Ordinal), Cancellation, "diff", "-n", "kubectl-test", "-f", "-");
        Assert.Equal(1, stdin.ExitCode);
        Assert.Contains("+  colour: green", stdin.Output, StringComparison.Ordinal);
        (await Shell.KubectlWithInputAsync(mesh.Weft, Configuration.Replace("blue", "green", StringComparison.Ordinal), Cancellation, "apply", "-n", "kubectl-test", "-f", "-")).Succeeded();
        Assert.Contains("colour: green", await Kubectl("get", "configmap", "settings", "-n", "kubectl-test", "-o", "yaml"), StringComparison.Ordinal);
        await Kubectl("label", "configmap", "settings", "-n", "kubectl-test", "tier=test");
        await Kubectl("annotate", "configmap", "settings", "-n", "kubectl-test", "note=seen");
        Assert.Contains("settings", await Kubectl("get", "configmap", "-n", "kubectl-test", "-l", "tier=test", "-o", "wide"), StringComparison.Ordinal);
        Assert.Contains("seen", await Kubectl("describe", "configmap", "settings", "-n", "kubectl-test"), StringComparison.Ordinal);
        await Kubectl("delete", "namespace", "kubectl-test", "--timeout=60s");
        Assert.Contains("NotFound", (await Shell.KubectlAsync(mesh.Weft, Cancellation, "get", "namespace", "kubectl-test")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_scales_and_rolls_out()
    {
        await Kubectl("scale", "deployment", "control", "-n", "travel-control", "--replicas=2");
        await Kubectl("rollout", "status", "deployment/control", "-n", "travel-control", "--timeout=60s");
        Assert.Contains("2/2", await Kubectl("get", "deployment", "control", "-n", "travel-control"), StringComparison.Ordinal);
        await Kubectl("scale", "deployment", "control", "-n", "travel-control", "--replicas=1");
        await Kubectl("rollout", "restart", "deployment/control", "-n", "travel-control");
        Assert.Contains("successfully rolled out", await Kubectl("rollout", "status", "deployment/control", "-n", "travel-control", "--timeout=60s"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_image_is_explained()
    {
        await Kubectl("create", "namespace", "unknown-image");
        await Kubectl("create", "deployment", "nginx", "--image=nginx", "-n", "unknown-image");

        await Eventually.Async(
            () => Kubectl("describe", "pods", "-n", "unknown-image"),
            text => text.Contains("ImagePullBackOff", StringComparison.Ordinal) && text.Contains("quay.io/kiali/demo_travels_cars", StringComparison.Ordinal),
            Cancellation);
        await Kubectl("delete", "namespace", "unknown-image", "--timeout=60s");
    }

    [Fact]
    public async Task Row_175_the_kinds_of_the_documents_are_created_edited_and_deleted()
    {
        (string Kind, string Spec, string Path, string Value)[] objects =
        [
            ("VirtualService", "{hosts: [edited.example], http: [{timeout: 3s, route: [{destination: {host: edited.example}}]}]}", "/spec/http/0/timeout", "4s"),
            ("DestinationRule", "{host: edited.example, trafficPolicy: {connectionPool: {tcp: {connectTimeout: 3s}}}}", "/spec/trafficPolicy/connectionPool/tcp/connectTimeout", "4s"),
            ("Gateway", "{selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [edited.example]}]}", "/spec/servers/0/hosts/0", "another.example"),
            ("ServiceEntry", "{hosts: [edited.example], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]}", "/spec/ports/0/name", "http-web"),
            ("Sidecar", "{workloadSelector: {labels: {app: nobody}}, egress: [{hosts: [./*]}]}", "/spec/egress/0/hosts/0", "istio-system/*"),
        ];
        foreach (var (kind, spec, path, value) in objects)
        {
            var yaml = $"apiVersion: networking.istio.io/v1\nkind: {kind}\nmetadata: {{name: edited, namespace: travel-control}}\nspec: {spec}\n";
            (await Shell.KubectlWithInputAsync(mesh.Weft, yaml, Cancellation, "apply", "-f", "-")).Succeeded();
            await Kubectl("patch", $"{kind}.networking.istio.io", "edited", "-n", "travel-control", "--type=json", "-p", $$"""[{"op": "replace", "path": "{{path}}", "value": "{{value}}"}]""");
            var shown = System.Text.Json.Nodes.JsonNode.Parse(await Kubectl("get", $"{kind}.networking.istio.io", "edited", "-n", "travel-control", "-o", "json"))!;
            Assert.Equal(2, (int)shown["metadata"]!["generation"]!);
            Assert.Contains($"\"{value}\"", shown["spec"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.Contains("deleted", await Kubectl("delete", $"{kind}.networking.istio.io", "edited", "-n", "travel-control"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Istio_kinds_are_listed_and_strictly_checked()
    {
        Assert.Contains("virtualservices", await Kubectl("api-resources", "--api-group=networking.istio.io"), StringComparison.Ordinal);
        const string misplaced = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: cars, namespace: travel-agency}
            spec:
              hosts: [cars]
              http:
              - route:
                - destination: {host: cars, weight: 80}
            """;

        var answer = await Shell.KubectlWithInputAsync(mesh.Weft, misplaced, Cancellation, "apply", "-f", "-");

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("weight", answer.Error, StringComparison.Ordinal);
    }

    private async Task<string> Kubectl(params string[] arguments) =>
        (await Shell.KubectlAsync(mesh.Weft, Cancellation, arguments)).Succeeded();
}
