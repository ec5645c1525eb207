using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Weft.Demos.External;

namespace Weft.Demos.Hosting;

/// <summary>Workloads of the demos on loopback addresses of their own, joined by a dialer that knows their names.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private static int s_addresses;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, IPAddress> _addresses = new();
    private readonly List<Task> _hosts = [];
    private readonly List<(string Host, Task<int> Run, CancellationTokenSource Stop)> _running = [];

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Hosts that cannot be dialed.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public DemoTrust Trust { get; init; } = DemoTrust.System;

    /// <summary>What workloads that are started from now on are told to run.</summary>
    public IReadOnlyList<string> Command { get; set; } = [];

    /// <summary>Arguments for workloads that are started from now on.</summary>
    public IReadOnlyList<string> Arguments { get; set; } = [];

    public Task<int> Start(string host, string image, params (string Name, string Value)[] environment) =>
        Start(host, DemoCatalog.Create(image) ?? throw new InvalidOperationException(image), environment);

    /// <summary>A server of the test's own among the demo's.</summary>
    public Task<int> Serve(string host, int port, Action<WebApplication> map) => Start(host, new Stub(port, map));

    public Task<int> Start(string host, IDemoWorkload workload, params (string Name, string Value)[] environment)
    {
        var address = NextAddress();
        Name(host, address);
        var context = new DemoContext
        {
            Environment = environment.ToDictionary(each => each.Name, each => each.Value),
            ListenAddress = address,
            DialAsync = DialAsync,
            Log = Log.Enqueue,
            Time = Time,
            Trust = Trust,
            Command = Command,
            Arguments = Arguments,
        };
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var run = Task.Run(() => workload.RunAsync(context, stop.Token));
        _running.Add((host, run, stop));
        return run;
    }

    /// <summary>Stops what runs under the name, as a deleted pod.</summary>
    public async Task StopAsync(string host)
    {
        foreach (var (_, run, stop) in _running.Where(each => each.Host == host))
        {
            await stop.CancelAsync();
            await run;
        }
    }

    /// <summary>A host outside the mesh; its name leads to the first of its addresses. The addresses.</summary>
    public async Task<IReadOnlyList<IPAddress>> StartAsync(ExternalHost host, ExternalAuthority authority)
    {
        IPAddress[] addresses = [.. Enumerable.Range(0, host.AddressCount).Select(_ => NextAddress())];
        var listening = new TaskCompletionSource();
        var run = Task.Run(() => host.RunAsync(
            new ExternalHostContext { Addresses = addresses, Authority = authority, Time = Time, Log = Log.Enqueue, Listening = listening.SetResult }, _stop.Token));
        _hosts.Add(run);
        await Task.WhenAny(run, listening.Task);
        Name(host.Name, addresses[0]);
        return addresses;
    }

    public void Name(string host, IPAddress address) => _addresses[host] = address;

    public IPAddress AddressOf(string host) => _addresses[host];

    /// <summary>A loopback address that no other test uses.</summary>
    public static IPAddress NextAddress()
    {
        var number = Interlocked.Increment(ref s_addresses);
        var process = Environment.ProcessId;
        return new IPAddress([127, (byte)(200 + (process % 50)), (byte)((process / 50 % 16 * 16) + (number >> 8)), (byte)number]);
    }

    public HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = new() { RemoteCertificateValidationCallback = Trust.Accepts },
        ConnectCallback = (connection, token) => DialAsync(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, token),
    });

    /// <summary>Dials as an application in a pod would; waits for a workload that is only starting.</summary>
    public async ValueTask<Stream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                if (Broken.ContainsKey(host) || !_addresses.TryGetValue(host, out var address))
                {
                    throw new SocketException((int)SocketError.ConnectionRefused);
                }

                await socket.ConnectAsync(address, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (attempt < 200 && !Broken.ContainsKey(host) && _addresses.ContainsKey(host))
            {
                socket.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Select(each => each.Run));
        await Task.WhenAll(_hosts);
        _running.ForEach(each => each.Stop.Dispose());
        _stop.Dispose();
    }

    private sealed class Stub(int port, Action<WebApplication> map) : IDemoWorkload
    {
        public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
        {
            await DemoServer.ServeAsync(context, $":{port}", map, cancellationToken);
            return 0;
        }
    }
}
