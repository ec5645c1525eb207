using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Api.Graph;
using Weft.Benchmarks.Viewers;
using Weft.Console.Graph;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Observability.Metrics;

namespace Weft.Benchmarks.Graph;

/// <summary>
/// The graphs whose times Kiali 2.30 was recorded with, of the same shape and size, served from Debian's Prometheus on this machine: from the
/// first query to the last byte of JSON.
/// </summary>
internal static class GraphScales
{
    private const int Rounds = 5;

    // Medians of Kiali 2.30 and bytes of its answers, two processors, recorded 2026-11-21.
    private static readonly (int Namespaces, double Ui, int UiBytes, double All)[] Kiali =
        [(20, 466, 2_649_858, 535), (40, 922, 5_270_738, 1117), (80, 3024, 10_512_664, 2763)];

    private static readonly ImmutableHashSet<string> UiAppenders =
        ["deadNode", "istio", "serviceEntry", "meshCheck", "workloadEntry", "health", "responseTime"];

    public static async Task WriteAsync(string file)
    {
        var text = new StringBuilder(
            """
            # Graphs at Kiali's scales, over Debian's Prometheus

            `dotnet run -c Release --project bench/Weft.Benchmarks -- graph-scales bench/results/graph-scales.md`

            The mesh of Kiali's own times: 25 services per namespace in a binary tree of HTTP edges, namespaces linked, both sides reporting; versionedApp
            graph of all namespaces over 60 s, without any cache. Wall time from the first query to the last byte of JSON, median of 5 after 5 to
            warm up, Prometheus' time included: other load on the machine lengthens it. "own" and "Prometheus" are the processor times of the two processes
            for one graph, which other load hardly changes. "warm": what the next viewer of the same graph waits for, over the REST API until the last byte:
            everybody who asks for it within five seconds gets the same bytes, and one that is refreshed is made before it is asked for.

            | namespaces | appenders | nodes | edges | bytes | of Kiali's | ms | own ms | Prometheus ms | Kiali's ms | of Kiali's | warm ms |
            |---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var scale in Kiali)
        {
            var mesh = new TreeMesh(scale.Namespaces);
            await using var prometheus = await PrometheusServer.StartAsync(mesh);
            text.AppendLine(await MeasureAsync(mesh, prometheus, UiAppenders, scale.Ui, scale.UiBytes));
            text.AppendLine(await MeasureAsync(mesh, prometheus, null, scale.All, null));
        }

        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
        text.AppendLine(CultureInfo.InvariantCulture, $"\n{Environment.ProcessorCount} processors, load average {load} at the end, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}. Kiali's load average was 0.75 to 1.43.");
        await File.WriteAllTextAsync(file, text.ToString());
    }

    private static async Task<string> MeasureAsync(TreeMesh mesh, PrometheusServer prometheus, ImmutableHashSet<string>? appenders, double kiali, int? kialiBytes)
    {
        using var http = new HttpClient();
        var client = new PrometheusClient(http, new PrometheusClientOptions { Endpoint = prometheus.Address }, TimeProvider.System);
        var inventory = mesh.Inventory;
        var rules = new HealthRules(HealthConfig.Default);
        var hashes = new IdHashes();
        var options = new GraphOptions
        {
            Namespaces = mesh.Namespaces,
            QueryTime = DateTimeOffset.FromUnixTimeSeconds(TreeMesh.QueryTime),
            GraphType = GraphType.VersionedApp,
            Duration = TimeSpan.FromSeconds(60),
            InjectServiceNodes = true,
            BoxBy = BoxBy.App | BoxBy.Namespace,
            Appenders = appenders,
        };
        TrafficGraph graph = null!;
        byte[] json = [];
        var (times, own, theirs) = (new List<double>(), TimeSpan.Zero, TimeSpan.Zero);
        for (var round = 0; round < 2 * Rounds; round++)
        {
            using var process = Process.GetCurrentProcess();
            var (before, beforeThere) = (process.TotalProcessorTime, prometheus.ProcessorTime);
            var clock = Stopwatch.StartNew();
            graph = await GraphPipeline.RunAsync(options, GraphPipeline.GroupsOf(options, inventory), inventory, rules, QueryAsync, hashes, CancellationToken.None);
            json = GraphJson.Write(graph);
            clock.Stop();
            process.Refresh();
            if (round < Rounds)
                continue;
            times.Add(clock.Elapsed.TotalMilliseconds);
            own += process.TotalProcessorTime - before;
            theirs += prometheus.ProcessorTime - beforeThere;
        }

        times.Sort();
        var median = times[Rounds / 2];
        var warm = await WarmAsync(mesh, prometheus, appenders);
        var bytes = kialiBytes is { } recorded ? (json.Length / (double)recorded).ToString("P0", CultureInfo.InvariantCulture) : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {mesh.Namespaces.Length} | {(appenders is null ? "all" : "UI + responseTime")} | {graph.Nodes.Length} | {graph.Edges.Length} | {json.Length:N0} | {bytes} | {median:F0} | {own.TotalMilliseconds / Rounds:F0} | {theirs.TotalMilliseconds / Rounds:F0} | {kiali:F0} | {median / kiali:P0} | {warm:F1} |");

        async Task<IReadOnlyList<TelemetrySample>> QueryAsync(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken) =>
            new TelemetryVector(await client.QueryVectorAsync(query.Text, time, cancellationToken), query.AggregateLabel);
    }

    private static async Task<double> WarmAsync(TreeMesh mesh, PrometheusServer prometheus, ImmutableHashSet<string>? appenders)
    {
        await using var console = await BenchConsole.StartAsync(mesh.Inventory, prometheus.Address);
        var page = $"/api/namespaces/graph?namespaces={string.Join(',', mesh.Namespaces)}&queryTime={TreeMesh.QueryTime}&graphType=versionedApp&duration=60s&injectServiceNodes=true&boxBy=app,namespace"
            + (appenders is null ? "" : $"&appenders={string.Join(',', appenders)}");
        await console.Client.GetByteArrayAsync(page);
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await console.Client.GetByteArrayAsync(page);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return times[Rounds / 2];
    }

    /// <summary>Debian's Prometheus over the series of a mesh, in a folder of its own.</summary>
    private sealed class PrometheusServer : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("weft-bench-").FullName;
        private Process? _process;

        public TimeSpan ProcessorTime
        {
            get
            {
                _process!.Refresh();
                return _process.TotalProcessorTime;
            }
        }

        public Uri Address { get; private set; } = new("http://127.0.0.1");

        public static async Task<PrometheusServer> StartAsync(TreeMesh mesh)
        {
            var server = new PrometheusServer();
            await using (var samples = File.CreateText(Path.Combine(server._folder, "samples.txt")))
                mesh.WriteOpenMetrics(samples);
            await File.WriteAllTextAsync(Path.Combine(server._folder, "prometheus.yml"), "global: {scrape_interval: 1h}\n");
            using var promtool = Run("/usr/bin/promtool", "tsdb", "create-blocks-from", "openmetrics", $"{server._folder}/samples.txt", $"{server._folder}/data");
            await promtool.WaitForExitAsync();
            var port = FreePort();
            server.Address = new Uri($"http://127.0.0.1:{port}");
            server._process = Run(
                "/usr/bin/prometheus", $"--config.file={server._folder}/prometheus.yml", $"--storage.tsdb.path={server._folder}/data", "--storage.tsdb.retention.time=100y",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=error");
            await server.UntilReadyAsync();
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            _process?.Kill();
            _process?.Dispose();
            await Task.Yield();
            Directory.Delete(_folder, recursive: true);
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        private static Process Run(string program, params string[] arguments)
        {
            var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }

        private async Task UntilReadyAsync()
        {
            using var http = new HttpClient();
            for (var attempt = 0; attempt < 1200; attempt++)
            {
                try
                {
                    using var response = await http.GetAsync(new Uri(Address, "/-/ready"));
                    if (response.IsSuccessStatusCode)
                        return;
                }
                catch (HttpRequestException)
                {
                    // Not listening yet.
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            throw new TimeoutException("Prometheus did not become ready");
        }
    }
}
