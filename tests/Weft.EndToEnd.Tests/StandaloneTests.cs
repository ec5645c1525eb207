using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weft.EndToEnd;

/// <summary><c>weft control-plane</c> and <c>weft proxy</c> as processes of their own, over the API server of an empty mesh.</summary>
public sealed class StandaloneTests
{
    private const string ProxyAddress = "127.93.7.1";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_control_plane_and_a_sidecar_carry_a_request_and_end_on_term()
    {
        using var state = new TemporaryFolder();
        await using var weft = await WeftProcess.StartAsync(state.Path, 2700, Cancellation);
        string[] ports = [.. FreePorts.Take(3).Select(static port => port.ToString(CultureInfo.InvariantCulture))];
        await using var controlPlane = RunningCommand.Start(
            ["control-plane", "--kubeconfig", weft.Kubeconfig, "--plaintext-port", ports[0], "--tls-port", ports[1], "--monitoring-port", ports[2]]);
        await Eventually.Async(() => Task.FromResult(controlPlane.Output), text => controlPlane.HasEnded || text.Contains($"monitoring: http://127.0.0.1:{ports[2]}", StringComparison.Ordinal), Cancellation);
        await using var proxy = RunningCommand.Start(
            ["proxy", "sidecar", "--discovery", $"http://127.0.0.1:{ports[0]}", "--ca", "none"],
            ("INSTANCE_IP", ProxyAddress), ("POD_NAME", "alone"), ("POD_NAMESPACE", "istio-system"));
        using var client = new HttpClient(new SocketsHttpHandler { Proxy = new WebProxy($"http://{ProxyAddress}:15001"), UseProxy = true });

        var ready = await Eventually.Async(() => StatusAsync(client, "http://prometheus.istio-system:9090/-/ready"), status => status == 200 || proxy.HasEnded || controlPlane.HasEnded, Cancellation);

        Assert.True(ready == 200, proxy.Output + controlPlane.Output);
        using var direct = new HttpClient();
        await Eventually.Async(
            () => direct.GetStringAsync(new Uri($"http://{ProxyAddress}:15090/stats/prometheus"), Cancellation),
            page => Acceptance.ProxyMetrics.Parse(page).Sum("istio_requests_total", ("reporter", "source"), ("destination_service_name", "prometheus"), ("response_code", "200")) > 0,
            Cancellation);
        var status = (await Shell.RunAsync(WeftProcess.Program, ["proxy-status", "--xds-address", $"127.0.0.1:{ports[0]}"], null, Cancellation)).Succeeded();
        Assert.Contains("alone.istio-system", status, StringComparison.Ordinal);
        Assert.Equal(0, await proxy.TerminateAsync(Cancellation));
        Assert.Equal(0, await controlPlane.TerminateAsync(Cancellation));
        foreach (var port in ports)
        {
            using var free = new TcpListener(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
            free.Start();
        }
    }

    [Theory]
    [InlineData("--discovery: 'a b' is no address", "proxy", "sidecar", "--discovery", "a b")]
    [InlineData("'neither' not recognized", "proxy", "neither")]
    [InlineData("roots in /nowhere/root.pem cannot be read", "proxy", "sidecar", "--root-cert", "/nowhere/root.pem")]
    [InlineData("--listen: 'here' is no address", "control-plane", "--listen", "here")]
    [InlineData("/nowhere/kubeconfig", "control-plane", "--kubeconfig", "/nowhere/kubeconfig")]
    [InlineData("--tls-port", "control-plane", "--tls-port", "many")]
    [InlineData("'nonsense'", "nonsense")]
    [InlineData("'--nonsense'", "proxy-config", "cluster", "pod", "--nonsense")]
    public async Task Wrong_arguments_give_one_error_and_the_code_of_misuse(string problem, params string[] arguments)
    {
        var result = await Shell.RunAsync(WeftProcess.Program, arguments, null, Cancellation);

        Assert.Equal(64, result.ExitCode);
        Assert.StartsWith("weft: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<int> StatusAsync(HttpClient client, string url)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(url), Cancellation);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
