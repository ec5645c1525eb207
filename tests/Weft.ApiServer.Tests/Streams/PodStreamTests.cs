using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Streams;

public sealed class PodStreamTests
{
    [Fact]
    public async Task Kubectl_runs_processes_and_forwards_what_is_typed()
    {
        var processes = new FakeProcesses();
        await using var server = await RunningServer.StartAsync(options => options with { PodStreams = processes });
        await TestPods.StartAsync(server, "127.0.0.1");
        using var kubectl = new Kubectl(server);
        var echo = await kubectl.RunAsync("exec web -- echo hello you");
        Assert.Equal(new KubectlResult(0, "hello you\n", "done\n"), echo);
        Assert.Equal("main", processes.Last!.Container);
        var typed = string.Concat(Enumerable.Repeat("some words to be sent there and back\n", 5000));
        Assert.Equal(typed, await kubectl.OkAsync("exec -i web -- cat", typed));
        var failed = await kubectl.RunAsync("exec web -- exit 7");
        Assert.Equal((7, "command terminated with exit code 7\n"), (failed.ExitCode, failed.Error));
        var missing = await kubectl.RunAsync("exec web -- nothing");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("executable file not found", missing.Error, StringComparison.Ordinal);
        Assert.Contains("attached\n", await kubectl.OkAsync("attach web"), StringComparison.Ordinal);
        Assert.Contains("container other is not valid for pod web", (await kubectl.RunAsync("exec web -c other -- echo")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_forwards_ports_to_the_address_of_the_pod()
    {
        await using var echo = new EchoListener("127.0.0.77");
        await using var server = await RunningServer.StartAsync();
        await TestPods.StartAsync(server, "127.0.0.77");

        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "port-forward", "pod/web", $":{echo.Port}" }) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = server.Host.KubeconfigPath;
        using var process = Process.Start(start)!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.True(line is not null, line ?? await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            Assert.StartsWith("Forwarding from 127.0.0.1:", line, StringComparison.Ordinal);
            var local = int.Parse(line!.Split(' ')[2].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
            // Connections one after another and at once, each with more than one frame.
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RoundTripAsync(local, new string((char)('a' + i), 200_000))));
            await RoundTripAsync(local, "again");
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            process.Kill();
            Assert.Fail(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Without_a_node_that_runs_processes_exec_says_so()
    {
        await using var server = await RunningServer.StartAsync();
        await TestPods.StartAsync(server, "127.0.0.1");
        using var kubectl = new Kubectl(server);
        var result = await kubectl.RunAsync("exec web -- true");
        Assert.Equal(1, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    /// <summary>Random bytes, and frames with random content, end a SPDY connection with an error of its own or in silence.</summary>
    [Fact]
    public async Task Nonsense_ends_only_its_own_connection()
    {
        var random = new Random(4711);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            if (round % 2 == 0 && bytes.Length > 8) (bytes[0], bytes[1], bytes[2], bytes[3], bytes[5], bytes[6], bytes[7]) = (0x80, 3, 0, (byte)random.Next(1, 8), 0, 0, (byte)random.Next(200));
            using var transport = new MemoryStream();
            transport.Write(bytes);
            transport.Position = 0;
            using var connection = new SpdyConnection(transport, _ => Task.CompletedTask);
            try
            {
                await connection.RunAsync(TestContext.Current.CancellationToken);
            }
            catch (InvalidDataException)
            {
                // Said to be nonsense.
            }
        }
    }

    private static async Task RoundTripAsync(int port, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var sent = Encoding.UTF8.GetBytes(text);
        var sending = stream.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
        await sending;
        Assert.Equal(sent, received);
    }
}
