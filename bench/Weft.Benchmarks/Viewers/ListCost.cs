using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Weft.Benchmarks.Graph;

namespace Weft.Benchmarks.Viewers;

/// <summary>What the pages of a mesh of 500 workloads cost: the time until the last byte and the bytes, for the first viewer and for the next ones.</summary>
internal static class ListCost
{
    private const int Workloads = 500;
    private const int PerNamespace = 25;
    private const int Rounds = 20;

    public static async Task WriteAsync(string file)
    {
        using var mesh = new SyntheticMesh(Workloads, PerNamespace);
        await using var console = await BenchConsole.StartAsync(mesh);
        var namespaces = string.Join(',', mesh.Namespaces);
        (string Name, string Page)[] pages =
        [
            ("workloads, health", "/api/clusters/workloads"),
            ("services, health", "/api/clusters/services"),
            ("apps, health", "/api/clusters/apps"),
            ("clusters/health, apps", "/api/clusters/health?type=app"),
            ("graph, 2,000 HTTP edges, all appenders", $"/api/namespaces/graph?namespaces={namespaces}&graphType=versionedApp&boxBy=namespace,app"),
            ("graph, UI's appenders", $"/api/namespaces/graph?namespaces={namespaces}&graphType=versionedApp&boxBy=namespace,app&appenders=deadNode,istio,serviceEntry,meshCheck,workloadEntry,health"),
        ];
        var text = new StringBuilder(
            $$"""
            # Lists and graph of 20 namespaces, 500 workloads

            `dotnet run -c Release --project bench/Weft.Benchmarks -- lists bench/results/lists.md`

            The REST API on loopback, metrics answered from memory: what is measured is ours alone. Milliseconds at the client until the last byte.
            "first": the first request of the process, with all compilation. "made": the cluster has just been read anew, nothing can be shared (median of {{Rounds}}).
            "shared": somebody else has asked the same (median of {{Rounds}}). "304": the client has it already. "ms of processor": of the whole process for one "made".

            | page | bytes | gzip | br | 304 | first ms | made ms | ms of processor | shared ms | 304 ms |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var (name, page) in pages)
        {
            text.AppendLine(await MeasureAsync(console, name, page));
        }

        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        text.AppendLine(CultureInfo.InvariantCulture, $"\n{Environment.ProcessorCount} processors, load average {load} at the end, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.");
        await File.WriteAllTextAsync(file, text.ToString());
    }

    private static async Task<string> MeasureAsync(BenchConsole console, string name, string page)
    {
        var first = await GetAsync(console, page);
        for (var i = 0; i < Rounds; i++)
        {
            console.Publish();
            await GetAsync(console, page);
        }

        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var made = await MedianAsync(() =>
        {
            console.Publish();
            return GetAsync(console, page);
        });
        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalMilliseconds / Rounds;
        var shared = await MedianAsync(() => GetAsync(console, page));
        // The tag of the answer that is shared now: a graph of "now" may have been made anew in between.
        var (plain, gzip, brotli) = (await GetAsync(console, page), await GetAsync(console, page, "Accept-Encoding", "gzip"), await GetAsync(console, page, "Accept-Encoding", "br"));
        var known = await MedianAsync(() => GetAsync(console, page, "If-None-Match", plain.Tag), HttpStatusCode.NotModified);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {plain.Bytes:N0} | {gzip.Bytes:N0} | {brotli.Bytes:N0} | 0 | {first.Time:F0} | {made:F1} | {processor:F1} | {shared:F1} | {known:F1} |");
    }

    private static async Task<double> MedianAsync(Func<Task<Got>> get, HttpStatusCode? only = null)
    {
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var got = await get();
            if (only is null || got.Status == only)
            {
                times.Add(got.Time);
            }
        }

        times.Sort();
        return times.Count == 0 ? double.NaN : times[times.Count / 2];
    }

    private static async Task<Got> GetAsync(BenchConsole console, string page, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        var clock = Stopwatch.StartNew();
        using var response = await console.Client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        clock.Stop();
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotModified))
        {
            throw new InvalidOperationException($"{page}: {response.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        }

        return new Got(response.StatusCode, bytes.Length, clock.Elapsed.TotalMilliseconds, response.Headers.ETag?.ToString() ?? "");
    }

    private sealed record Got(HttpStatusCode Status, int Bytes, double Time, string Tag);
}
