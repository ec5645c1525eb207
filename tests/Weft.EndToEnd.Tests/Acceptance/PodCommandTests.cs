namespace Weft.EndToEnd.Acceptance;

/// <summary>What users of a mesh type with <c>kubectl exec</c>.</summary>
[Collection(DemoCollection.Name)]
public sealed class PodCommandTests(DemoMesh mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_142_143_the_proxys_metrics_are_read_within_the_pod_and_are_tcp_only()
    {
        var curl = await mesh.PodAsync("test-ext-svc", "app=curl");

        await Eventually.Async(
            () => mesh.KubectlAsync("exec", "-n", curl.Namespace, curl.Name, "-c", "istio-proxy", "--", "curl", "-s", "localhost:15000/stats/prometheus"),
            page => page.Contains("\nistio_tcp_connections_opened_total{reporter=\"source\"", StringComparison.Ordinal)
                && page.Contains("# TYPE istio_tcp_sent_bytes_total counter", StringComparison.Ordinal)
                && page.Contains("destination_service_name=\"PassthroughCluster\"", StringComparison.Ordinal),
            Cancellation);
    }

    [Fact]
    public async Task A_call_out_of_a_pod_goes_through_its_sidecar()
    {
        var control = await mesh.PodAsync("travel-control", "app=control");
        (string, string)[] labels = [("reporter", "source"), ("destination_service_name", "hotels"), ("response_code", "200")];
        var before = await control.MetricsAsync();

        var code = await ExecAsync(control, "control", "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "http://hotels.travel-agency:8000/hotels");
        // Not /status, of which each fiftieth answer is 504.
        var secure = await ExecAsync(control, "control", "sh", "-c", "curl -sS -o /dev/null -w '%{http_code} %{http_version}' https://httpbin.org/get");
        var ready = await ExecAsync(control, "istio-proxy", "pilot-agent", "request", "GET", "ready");

        Assert.Equal(("200", "200 2", "LIVE\n"), (code, secure, ready));
        await control.MetricsAsync(after => after.Sum("istio_requests_total", labels) - before.Sum("istio_requests_total", labels) == 1);
        // Whoever is beside the proxy's own container is not captured.
        Assert.Equal("200", await ExecAsync(control, "istio-proxy", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://hotels.travel-agency:8000/hotels"));
        Assert.Equal(1, (await control.MetricsAsync()).Sum("istio_requests_total", labels) - before.Sum("istio_requests_total", labels));
    }

    [Fact]
    public async Task A_failed_command_ends_kubectl_with_its_code()
    {
        var control = await mesh.PodAsync("travel-control", "app=control");

        var unknown = await Shell.KubectlAsync(mesh.Weft, Cancellation, "exec", "-n", control.Namespace, control.Name, "--", "nothing-here");
        var host = await Shell.KubectlAsync(mesh.Weft, Cancellation, "exec", "-n", control.Namespace, control.Name, "--", "curl", "-sS", "http://no-such-host.invalid/");

        Assert.Equal(127, unknown.ExitCode);
        Assert.Contains("exec: \"nothing-here\": executable file not found in $PATH", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("command terminated with exit code 127", unknown.Error, StringComparison.Ordinal);
        Assert.Equal((6, "curl: (6) Could not resolve host: no-such-host.invalid\ncommand terminated with exit code 6\n"), (host.ExitCode, host.Error));
    }

    [Fact]
    public async Task Attach_follows_a_containers_output()
    {
        var travels = await mesh.PodAsync("travel-agency", "app=travels,version=v1");
        using var attach = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "kubectl", ["--kubeconfig", mesh.Weft.Kubeconfig, "attach", "-n", travels.Namespace, travels.Name, "-c", "istio-proxy"]) { RedirectStandardOutput = true })!;
        try
        {
            // The demo calls hotels by itself, every few seconds.
            var line = await Eventually.Async(
                () => attach.StandardOutput.ReadLineAsync(Cancellation).AsTask(),
                line => line is null || line.Contains("\"GET /hotels HTTP/1.1\" 200", StringComparison.Ordinal),
                Cancellation);
            Assert.Contains("outbound|8000||hotels.travel-agency.svc.cluster.local", line, StringComparison.Ordinal);
        }
        finally
        {
            attach.Kill();
            await attach.WaitForExitAsync(Cancellation);
        }
    }

    private Task<string> ExecAsync(MeshPod pod, string container, params string[] command) =>
        mesh.KubectlAsync(["exec", "-n", pod.Namespace, pod.Name, "-c", container, "--", .. command]);
}
