using Weft.ApiServer.Support;

namespace Weft.ApiServer;

public sealed class KubectlTests
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          labels:
            app: web
        spec:
          replicas: 2
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
              - name: web
                image: nginx:1.27
                ports:
                - containerPort: 80
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          selector:
            app: web
          ports:
          - port: 80
        """;

    [Fact]
    public async Task Kubectl_creates_lists_applies_and_deletes()
    {
        await using var server = await RunningServer.StartAsync();
        using var kubectl = new Kubectl(server);
        Assert.Contains("default", await kubectl.OkAsync("get ns"), StringComparison.Ordinal);
        Assert.Equal("namespace/shop created\n", await kubectl.OkAsync("create ns shop"));
        var file = kubectl.File("web.yaml", Web);
        Assert.Equal("deployment.apps/web created\nservice/web created\n", await kubectl.OkAsync($"apply -n shop -f {file}"));
        Assert.Equal("deployment.apps/web unchanged\nservice/web unchanged\n", await kubectl.OkAsync($"apply -n shop -f {file}"));
        kubectl.File("web.yaml", Web.Replace("nginx:1.27", "nginx:1.28", StringComparison.Ordinal));
        Assert.Equal("deployment.apps/web configured\nservice/web unchanged\n", await kubectl.OkAsync($"apply -n shop -f {file}"));
        Assert.Contains("nginx:1.28", await kubectl.OkAsync("get deploy -n shop -o wide"), StringComparison.Ordinal);
        Assert.Contains("image: nginx:1.28", await kubectl.OkAsync("get deploy web -n shop -o yaml"), StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web scaled\n", await kubectl.OkAsync("scale deploy web -n shop --replicas=3"));
        Assert.Contains("0/3", await kubectl.OkAsync("get deploy -n shop"), StringComparison.Ordinal);
        Assert.Equal("deployment.apps \"web\" deleted\nservice \"web\" deleted\n", await kubectl.OkAsync($"delete -n shop -f {file}"));
    }

    [Fact]
    public async Task Kubectl_labels_explains_asks_and_deletes_a_namespace_with_its_content()
    {
        await using var server = await RunningServer.StartAsync();
        using var kubectl = new Kubectl(server);
        await kubectl.OkAsync("create ns shop");
        Assert.Equal("deployment.apps/web created\nservice/web created\n", await kubectl.OkAsync("apply --server-side=false -n shop -f -", Web));
        Assert.Equal("deployment.apps/web labeled\n", await kubectl.OkAsync("label deploy web -n shop x=y"));
        Assert.Equal("deployment.apps/web annotated\n", await kubectl.OkAsync("annotate deploy web -n shop note=hi"));
        Assert.Equal("deployment.apps/web restarted\n", await kubectl.OkAsync("rollout restart deploy web -n shop"));
        Assert.Contains("25% max unavailable", await kubectl.OkAsync("describe deploy web -n shop"), StringComparison.Ordinal);
        Assert.Contains("perTryTimeout", await kubectl.OkAsync("explain virtualservice.spec.http.retries"), StringComparison.Ordinal);
        Assert.Equal("yes\n", await kubectl.OkAsync("auth can-i create pods"));
        Assert.StartsWith("ey", await kubectl.OkAsync("create token default -n shop"), StringComparison.Ordinal);
        var api = await kubectl.OkAsync("api-resources");
        foreach (var kind in new[] { "VirtualService", "PeerAuthentication", "Telemetry", "EndpointSlice", "Deployment" }) Assert.Contains(kind, api, StringComparison.Ordinal);
        Assert.Equal("namespace \"shop\" deleted\n", await kubectl.OkAsync("delete ns shop --timeout=60s"));
        Assert.Contains("No resources found", (await kubectl.RunAsync("get deploy -A")).Error, StringComparison.Ordinal);
    }
}
