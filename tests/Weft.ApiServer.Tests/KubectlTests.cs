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
}
