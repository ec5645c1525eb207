namespace Weft.EndToEnd;

/// <summary>The tutorial's beginning: an empty mesh, Travels applied by kubectl without sidecars, then taken into the mesh.</summary>
public sealed class TravelsByKubectlTests
{
    private static readonly string[] Namespaces = ["travel-agency", "travel-portal", "travel-control"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Travels_applied_by_kubectl_joins_the_mesh_when_its_namespaces_are_labelled()
    {
        using var state = new TemporaryFolder();
        await using var weft = await WeftProcess.StartAsync(state.Path, 4050, Cancellation);
        foreach (var name in Namespaces)
        {
            (await Shell.KubectlAsync(weft, Cancellation, "create", "namespace", name)).Succeeded();
        }

        var manifests = Path.Combine(WeftProcess.Repository, "demos/Weft.Demos/Travels/manifests");
        foreach (var file in (string[])["10-travel-agency.yaml", "20-travel-portal.yaml", "30-travel-control.yaml"])
        {
            (await Shell.KubectlAsync(weft, Cancellation, "apply", "-f", Path.Combine(manifests, file))).Succeeded();
        }

        (await Shell.KubectlAsync(weft, Cancellation, "wait", "deployment", "--all", "-A", "--for=condition=Available", "--timeout=90s")).Succeeded();
        Assert.DoesNotContain("istio-proxy", await ContainersAsync(weft), StringComparison.Ordinal);

        foreach (var name in Namespaces)
        {
            (await Shell.KubectlAsync(weft, Cancellation, "label", "namespace", name, "istio-injection=enabled")).Succeeded();
            (await Shell.KubectlAsync(weft, Cancellation, "rollout", "restart", "deployment", "-n", name)).Succeeded();
        }

        foreach (var name in Namespaces)
        {
            var deployments = (await Shell.KubectlAsync(weft, Cancellation, "get", "deployments", "-n", name, "-o", "name")).Succeeded();
            foreach (var deployment in deployments.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                (await Shell.KubectlAsync(weft, Cancellation, "rollout", "status", deployment, "-n", name, "--timeout=90s")).Succeeded();
            }
        }

        await Eventually.Async(
            () => TrafficGraph.GetAsync(weft, $"namespaces={TrafficGraph.Namespaces}&graphType=versionedApp&duration=60s", Cancellation),
            graph => graph.Edges().Count == 15,
            Cancellation);
    }

    private static async Task<string> ContainersAsync(WeftProcess weft) =>
        (await Shell.KubectlAsync(weft, Cancellation, "get", "pods", "-n", "travel-agency", "-o", "jsonpath={.items[*].spec.containers[*].name}")).Succeeded();
}
