using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Weft.Demos.External;
using Weft.Demos.Hosting;

namespace Weft.Host.Composition;

/// <summary>The hosts outside the mesh that demos call: placed on addresses of their own, run for as long as the mesh.</summary>
internal sealed partial class ExternalWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ExternalAuthority _authority;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;

    public ExternalWorld(byte block, TimeProvider time, ILoggerFactory loggers)
    {
        _time = time;
        _logger = loggers.CreateLogger<ExternalWorld>();
        _authority = new ExternalAuthority(time);
        var next = 1;
        Addresses = ExternalHost.All.ToImmutableDictionary(
            host => host.Name,
            host => Enumerable.Range(0, host.AddressCount).Select(_ => new IPAddress([127, block, 192, (byte)next++])).ToImmutableArray());
    }

    /// <summary>Names and their addresses, in 127.B.192.0/18.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> Addresses { get; }

    /// <summary>Trust in these hosts' certificates, for demo workloads.</summary>
    public DemoTrust Trust => _authority.Trust;

    /// <summary>The authority of these hosts, for sidecars that speak TLS with them.</summary>
    public X509Certificate2 Root => _authority.Root;

    public void Run(IEnumerable<ExternalHost> hosts) => _running = Task.WhenAll(hosts.DistinctBy(host => host.Name).Select(RunAsync));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _authority.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(ExternalHost host)
    {
        try
        {
            await host.RunAsync(new ExternalHostContext { Addresses = Addresses[host.Name], Authority = _authority, Time = _time, Log = line => LogLine(host.Name, line) }, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The mesh stops.
        }
        catch (IOException error)
        {
            LogHostMissing(host.Name, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Host}: {Line}")]
    private partial void LogLine(string host, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Host} outside the mesh cannot listen ({Reason}): ports below 1024 may need net.ipv4.ip_unprivileged_port_start=80; calls to it will fail")]
    private partial void LogHostMissing(string host, string reason);
}
