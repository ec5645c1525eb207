using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weft.Demos.Hosting;

namespace Weft.Demos.Travels;

/// <summary>Workloads of the demo on loopback addresses of their own, joined by a dialer that knows their names.</summary>
internal sealed class TravelsWorld : IAsyncDisposable
{
    private static int s_worlds;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, IPAddress> _addresses = new();
    private readonly List<Task<int>> _running = [];
    private readonly int _world = Interlocked.Increment(ref s_worlds) + (Environment.ProcessId % 200 * 256);
    private int _next;

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Hosts that cannot be dialed.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = new();

    /// <summary>The agency, complete.</summary>
    public static TravelsWorld Agency()
    {
        var world = new TravelsWorld();
        world.Start("mysqldb.travel-agency", "quay.io/kiali/demo_travels_mysqldb:v1", ("MYSQL_ROOT_PASSWORD", "password"));
        foreach (var name in (string[])["cars", "flights", "hotels", "insurances"])
        {
            world.Start(
                name + ".travel-agency",
                $"quay.io/kiali/demo_travels_{name}:v1",
                ("DISCOUNTS_SERVICE", "http://discounts.travel-agency:8000"),
                ("MYSQL_SERVICE", "mysqldb.travel-agency:3306"),
                ("MYSQL_USER", "root"),
                ("MYSQL_PASSWORD", "password"),
                ("MYSQL_DATABASE", "test"));
        }

        world.Start("discounts.travel-agency", "quay.io/kiali/demo_travels_discounts:v1");
        world.Start(
            "travels.travel-agency",
            "quay.io/kiali/demo_travels_travels:v1",
            [.. ((string[])["flights", "hotels", "cars", "insurances"]).Select(name => (name.ToUpperInvariant() + "_SERVICE", $"http://{name}.travel-agency:8000"))]);
        return world;
    }

    public Task<int> Start(string host, string image, params (string Name, string Value)[] environment)
    {
        var address = new IPAddress([127, 200, (byte)(_world >> 8), (byte)((_world << 4) + ++_next)]);
        _addresses[host] = address;
        var context = new DemoContext
        {
            Environment = environment.ToDictionary(each => each.Name, each => each.Value),
            ListenAddress = address,
            DialAsync = DialAsync,
            Log = Log.Enqueue,
            Time = TimeProvider.System,
        };
        var workload = DemoCatalog.Create(image) ?? throw new InvalidOperationException(image);
        var run = Task.Run(() => workload.RunAsync(context, _stop.Token));
        _running.Add(run);
        return run;
    }

    public HttpClient Client() => new(new SocketsHttpHandler
    {
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
                if (Broken.ContainsKey(host))
                {
                    throw new SocketException((int)SocketError.ConnectionRefused);
                }

                await socket.ConnectAsync(_addresses[host], port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (attempt < 100 && !Broken.ContainsKey(host))
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
        await Task.WhenAll(_running);
        _stop.Dispose();
    }
}
