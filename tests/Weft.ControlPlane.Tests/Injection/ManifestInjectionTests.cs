using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane.Injection;

public sealed class ManifestInjectionTests
{
    private const string Template = "{metadata: {labels: {app: cars, version: v1}}, spec: {containers: [{name: cars, image: cars, ports: [{containerPort: 8000}]}]}}";

    [Theory]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("batch/v1", "Job")]
    [InlineData("v1", "ReplicationController")]
    public void A_template_gets_the_sidecar_of_its_workload(string apiVersion, string kind)
    {
        var injected = Inject($"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: cars-v1, namespace: agency}}, spec: {{template: {Template}}}}}");
        AssertInjected(injected["spec"]!["template"]!, $"kubernetes://apis/{apiVersion}/namespaces/agency/{kind.ToLowerInvariant()}s/cars-v1");
    }

    [Fact]
    public void A_cron_jobs_template_lies_deeper()
    {
        var injected = Inject($"{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: nightly}}, spec: {{jobTemplate: {{spec: {{template: {Template}}}}}}}}}");
        AssertInjected(injected["spec"]!["jobTemplate"]!["spec"]!["template"]!, "kubernetes://apis/batch/v1/namespaces/default/cronjobs/nightly");
    }

    [Fact]
    public void A_pod_is_its_own_template() =>
        AssertInjected(
            Inject("{apiVersion: v1, kind: Pod, metadata: {name: cars, labels: {app: cars, version: v1}}, spec: {containers: [{name: cars, image: cars, ports: [{containerPort: 8000}]}]}}"),
            "kubernetes://apis/v1/namespaces/default/pods/cars");

    [Theory]
    [InlineData("{apiVersion: v1, kind: Service, metadata: {name: cars}, spec: {ports: [{port: 8000}]}}")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: cars}}")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: cars}, spec: text}")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: cars}, spec: {template: {metadata: {labels: {sidecar.istio.io/inject: \"false\"}}, spec: {containers: [{name: cars}]}}}}")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: cars}, spec: {template: {spec: {hostNetwork: true, containers: [{name: cars}]}}}}")]
    public void What_gets_no_sidecar_stays_as_it_is(string manifest) =>
        Assert.True(JsonNode.DeepEquals(Read(manifest).Content, Inject(manifest)));

    [Fact]
    public void Nothing_is_injected_twice()
    {
        var once = Inject($"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: cars}}, spec: {{template: {Template}}}}}");
        Assert.True(JsonNode.DeepEquals(once, Inject(KubeYaml.Write(once))));
    }

    [Theory]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: cars}, spec: {template: {spec: {containers: 7}}}}")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: [], spec: {template: {spec: {containers: []}}}}")]
    public void A_template_that_is_no_pod_is_an_error(string manifest) => Assert.Throws<JsonException>(() => Inject(manifest));

    private static void AssertInjected(JsonNode template, string owner)
    {
        Assert.Equal(["istio-init"], Names(template["spec"]!["initContainers"]!));
        Assert.Equal(["cars", "istio-proxy"], Names(template["spec"]!["containers"]!));
        Assert.Equal("cars", (string)template["metadata"]!["labels"]!["service.istio.io/canonical-name"]!);
        Assert.Null(template["metadata"]!["ownerReferences"]);
        var environment = template["spec"]!["containers"]![1]!["env"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => (string?)variable!["value"]);
        Assert.Equal(owner, environment["ISTIO_META_OWNER"]);
    }

    private static IEnumerable<string> Names(JsonNode containers) => containers.AsArray().Select(container => (string)container!["name"]!);

    private static JsonObject Inject(string yaml) => ManifestInjection.Inject(Read(yaml), "default", InjectionSettings.Default);

    private static UntypedObject Read(string yaml) => Assert.Single(KubeYaml.ReadObjects(Encoding.UTF8.GetBytes(yaml)));
}
