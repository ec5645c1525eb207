using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Support;

/// <summary>Images of in-process programs that the tests control: test/echo serves its pod's name on every declared port.</summary>
internal sealed class TestLauncher : IContainerLauncher
{
    public IEnumerable<string> KnownImages => ["test/*"];

    public ConcurrentQueue<ContainerContext> Starts { get; } = new();

    public ConcurrentDictionary<string, TestContainer> Running { get; } = new();

    /// <summary>The exit code of the image test/exit.</summary>
    public Func<ContainerContext, int> Exit { get; set; } = static _ => 0;

    public bool CanLaunch(string image) => image.StartsWith("test/", StringComparison.Ordinal);

    public ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken)
    {
        Starts.Enqueue(context);
        context.Log.Write(ContainerStream.Stdout, $"{context.Container.Name} run {context.RestartCount}");
        var container = new TestContainer(context, context.Container.Image!.StartsWith("test/echo", StringComparison.Ordinal));
        Running[context.Pod.Metadata.Name + "/" + context.Container.Name] = container;
        if (context.Container.Image == "test/exit")
            container.End(Exit(context));
        return new(container);
    }
}

internal sealed class TestContainer : IRunningContainer
{
    private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TcpListener> _listeners = [];

    public TestContainer(ContainerContext context, bool serve)
    {
        Context = context;
        if (!serve)
            return;
        foreach (var port in context.Container.Ports)
        {
            var listener = new TcpListener(context.Network.ListenAddress, port.Port);
            listener.Start();
            _listeners.Add(listener);
            _ = ServeAsync(listener);
        }
    }

    public ContainerContext Context { get; }

    public bool IsReady { get; set; } = true;

    public Task<int> Completion => _completion.Task;

    public void End(int exitCode) => _completion.TrySetResult(exitCode);

    public Task StopAsync(TimeSpan grace)
    {
        End(143);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
            listener.Stop();
        return ValueTask.CompletedTask;
    }

    /// <summary>Answers a GET or HEAD with 200 or 503, and anything else with the pod's name and the client's address, after the client's half-close.</summary>
    private async Task ServeAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = AnswerAsync(client);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var buffer = new byte[4096];
            var count = await stream.ReadAsync(buffer);
            var text = Encoding.ASCII.GetString(buffer, 0, count);
            if (text.StartsWith("GET ", StringComparison.Ordinal) || text.StartsWith("HEAD ", StringComparison.Ordinal))
            {
                var status = IsReady ? "200 OK" : "503 Service Unavailable";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                return;
            }

            while (count > 0)
                count = await stream.ReadAsync(buffer);
            var peer = ((IPEndPoint)client.Client.RemoteEndPoint!).Address;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Context.Pod.Metadata.Name} {peer}"));
        }
    }
}
