using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.Benchmarks.Viewers;

/// <summary>
/// Two hundred people look at a running mesh (<c>weft up travels</c>, a process of its own) for a minute, each going from page to page: what
/// fails, how long it takes, and what becomes of the process' memory.
/// </summary>
internal static class ViewersLoad
{
    private const int Viewers = 200;
    private const int PortOffset = 850;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenPages = TimeSpan.FromSeconds(3);
    private static readonly Uri Console = new($"http://127.0.0.1:{20001 + PortOffset}");

    private static readonly (string Name, string Page)[] Pages =
    [
        ("graph", "/api/namespaces/graph?namespaces=travel-agency,travel-portal,travel-control&graphType=versionedApp&injectServiceNodes=true&boxBy=namespace,app&duration=60s&refreshInterval=15000&appenders=deadNode,istio,serviceEntry,meshCheck,workloadEntry,health,responseTime"),
        ("overview: health", "/api/clusters/health?type=app"),
        ("workloads", "/api/clusters/workloads?namespaces=travel-agency,travel-portal,travel-control"),
        ("services", "/api/clusters/services?namespaces=travel-agency"),
        ("workload", "/api/namespaces/travel-agency/workloads/travels-v1"),
        ("metrics", "/api/namespaces/travel-agency/workloads/travels-v1/dashboard?direction=inbound&reporter=destination&duration=300&step=15"),
        ("traces", "/api/namespaces/travel-agency/workloads/travels-v1/traces?limit=20"),
        ("mesh", "/api/mesh/graph"),
        ("configuration", "/api/istio/config"),
    ];

    public static async Task WriteAsync(string file)
    {
        var state = Directory.CreateTempSubdirectory("weft-viewers-");
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Weft.Host/release/weft"));
        using var weft = Process.Start(new ProcessStartInfo(program, ["up", "travels", "--state", state.FullName, "--port-offset", PortOffset.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        weft.OutputDataReceived += static (_, _) => { };
        weft.BeginOutputReadLine();
        try
        {
            await File.WriteAllTextAsync(file, await MeasureAsync(weft));
        }
        finally
        {
            using var stop = Process.Start("kill", ["-TERM", weft.Id.ToString(CultureInfo.InvariantCulture)]);
            await weft.WaitForExitAsync();
            state.Delete(recursive: true);
        }
    }

    private static async Task<string> MeasureAsync(Process weft)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, MaxConnectionsPerServer = Viewers }) { BaseAddress = Console };
        await UntilTrafficAsync(http);
        var (alone, memory) = (await ProcessorAsync(weft, TimeSpan.FromSeconds(20)), new List<long>());
        var visits = new ConcurrentBag<Visit>();
        using var end = new CancellationTokenSource(Length, TimeProvider.System);
        var clock = Stopwatch.StartNew();
        weft.Refresh();
        var before = weft.TotalProcessorTime;
        var watching = WatchMemoryAsync(weft, memory, end.Token);
        await Task.WhenAll(Enumerable.Range(0, Viewers).Select(viewer => LookAsync(http, viewer, visits, end.Token)));
        await watching;
        weft.Refresh();
        var load = (weft.TotalProcessorTime - before) / clock.Elapsed;
        var machine = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        return Report([.. visits], alone, load, memory, machine);
    }

    private static async Task LookAsync(HttpClient http, int viewer, ConcurrentBag<Visit> visits, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, string>();
        // Nobody comes at the same moment as all others.
        await Task.Delay(BetweenPages * viewer / Viewers, TimeProvider.System, CancellationToken.None);
        for (var step = viewer; !cancellationToken.IsCancellationRequested; step++)
        {
            var (name, page) = Pages[step % Pages.Length];
            var clock = Stopwatch.StartNew();
            visits.Add(await VisitAsync(http, name, page, tags, clock));
            await Task.Delay(BetweenPages, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<Visit> VisitAsync(HttpClient http, string name, string page, Dictionary<string, string> tags, Stopwatch clock)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br");
            if (tags.GetValueOrDefault(page) is { } tag)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var response = await http.SendAsync(request);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            if (response.Headers.ETag is { } given)
                tags[page] = given.ToString();
            var isGood = response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotModified && !response.Headers.Contains("X-Weft-Degraded");
            return new Visit(name, clock.Elapsed.TotalMilliseconds, bytes.Length, response.StatusCode == HttpStatusCode.NotModified, isGood);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or SocketException)
        {
            return new Visit(name, clock.Elapsed.TotalMilliseconds, 0, false, false);
        }
    }

    private static async Task UntilTrafficAsync(HttpClient http)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            try
            {
                if ((await http.GetStringAsync(Pages[0].Page)).Contains("\"http\":", StringComparison.Ordinal))
                    return;
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }
        }

        throw new TimeoutException("the mesh has no traffic after ten minutes");
    }

    private static async Task<double> ProcessorAsync(Process weft, TimeSpan length)
    {
        weft.Refresh();
        var (before, clock) = (weft.TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(length, TimeProvider.System);
        weft.Refresh();
        return (weft.TotalProcessorTime - before) / clock.Elapsed;
    }

    private static async Task WatchMemoryAsync(Process weft, List<long> memory, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            weft.Refresh();
            memory.Add(weft.WorkingSet64 >> 20);
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Report(Visit[] visits, double alone, double load, List<long> memory, string machine)
    {
        var text = new StringBuilder(
            $$"""
            # {{Viewers}} viewers for a minute

            `dotnet build -c Release src/Weft.Host && dotnet run -c Release --project bench/Weft.Benchmarks -- viewers bench/results/viewers.md`

            `weft up travels` in a process of its own, and {{Viewers}} viewers, each asking for another page every {{BetweenPages.TotalSeconds}} s as a browser does (compressed, with the tags
            of what it has). An error is anything but 200 and 304, or an answer with a part missing.

            | page | requests | errors | 304 | kB sent | median ms | 99 % ms | most ms |
            |---|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var page in visits.GroupBy(visit => visit.Page).OrderBy(page => page.Key, StringComparer.Ordinal).Append(visits.GroupBy(_ => "all").First()))
        {
            var times = page.Select(visit => visit.Milliseconds).Order().ToArray();
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {page.Key} | {times.Length} | {page.Count(visit => !visit.IsGood)} | {page.Count(visit => visit.IsKnown)} | {page.Sum(visit => visit.Bytes) / 1024:N0} | {times[times.Length / 2]:F0} | {times[times.Length * 99 / 100]:F0} | {times[^1]:F0} |");
        }

        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"\nProcessors in use by the whole process, mesh and proxies included: {alone:F2} without viewers, {load:F2} with them. Working set every five seconds, MB: {string.Join(", ", memory)}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"\n{Environment.ProcessorCount} processors, load average {machine} at the end, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
        return text.ToString();
    }

    private sealed record Visit(string Page, double Milliseconds, int Bytes, bool IsKnown, bool IsGood);
}
