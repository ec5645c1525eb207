using System.Text.Json.Nodes;
using Weft.ApiServer.Support;

namespace Weft.ApiServer;

/// <summary>The manifest that brings the console into a cluster, as kubectl applies it.</summary>
public sealed class DeployedConsoleTests
{
    [Fact]
    public async Task The_manifest_is_accepted_and_every_reference_in_it_leads_somewhere()
    {
        await using var server = await RunningServer.StartAsync();
        using var kubectl = new Kubectl(server);
        await kubectl.OkAsync("create namespace istio-system");
        var applied = await kubectl.OkAsync($"apply --validate=strict -f {Manifest()}");
        Assert.Equal(7, applied.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var deployment = JsonNode.Parse(await kubectl.OkAsync("get deployment weft -n istio-system -o json"))!["spec"]!["template"]!;
        Assert.Equal("weft", deployment["spec"]!["serviceAccountName"]!.GetValue<string>());
        Assert.Contains("weft", await kubectl.OkAsync("get serviceaccount -n istio-system -o name"), StringComparison.Ordinal);
        Assert.Contains("clusterrole.rbac.authorization.k8s.io/weft-viewer", await kubectl.OkAsync("get clusterrole -o name"), StringComparison.Ordinal);
        var service = JsonNode.Parse(await kubectl.OkAsync("get service weft -n istio-system -o json"))!["spec"]!;
        Assert.Equal(deployment["metadata"]!["labels"]!["app"]!.ToString(), service["selector"]!["app"]!.ToString());
        Assert.Equal(20001, deployment["spec"]!["containers"]![0]!["ports"]!.AsArray().Single(port => port!["name"]!.ToString() == service["ports"]![0]!["targetPort"]!.ToString())!["containerPort"]!.GetValue<int>());
        Assert.Contains("unchanged", await kubectl.OkAsync($"apply -f {Manifest()}"), StringComparison.Ordinal);
    }

    private static string Manifest()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Weft.slnx"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "deploy/kubernetes.yaml");
    }
}
