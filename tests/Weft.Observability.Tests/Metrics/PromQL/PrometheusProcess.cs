using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Debian's Prometheus 2.42 as a process of its own, over samples that were given as OpenMetrics with times.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private const string Binary = "/usr/bin/prometheus";

    private readonly string _folder = Directory.CreateTempSubdirectory("weft-prometheus-").FullName;
    private readonly HttpClient _http = new();
    private Process? _process;

    public static bool IsInstalled => File.Exists(Binary);

    public static Task<PrometheusProcess> StartAsync(string openMetrics) => StartAsync([openMetrics]);

    /// <summary>Over samples in pieces of any length, which together need not fit into memory.</summary>
    public static async Task<PrometheusProcess> StartAsync(IEnumerable<string> openMetrics)
    {
        var prometheus = new PrometheusProcess();
        await prometheus.InitializeAsync(openMetrics);
        return prometheus;
    }

    public Uri Address => _http.BaseAddress!; // Set before StartAsync returns.

    /// <summary>The real answer to an instant query.</summary>
    public Task<JsonElement> QueryAsync(string query, long time, CancellationToken cancellationToken) =>
        AskAsync("query", [new("query", query), new("time", Seconds(time))], cancellationToken);

    public Task<JsonElement> QueryRangeAsync(string query, long start, long end, long step, CancellationToken cancellationToken) =>
        AskAsync("query_range", [new("query", query), new("start", Seconds(start)), new("end", Seconds(end)), new("step", Seconds(step))], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A line of the exposition that <see cref="StartAsync(IEnumerable{string})"/> takes.</summary>
    public static string Line(LabelSet labels, long time, double value) =>
        $"{labels.ToString().Replace(", ", ",", StringComparison.Ordinal)} {PromText.FormatNumber(value)} {Seconds(time)}\n";

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString(CultureInfo.InvariantCulture);

    private async Task InitializeAsync(IEnumerable<string> openMetrics)
    {
        await using (var samples = File.CreateText(Path.Combine(_folder, "samples.txt")))
        {
            foreach (var piece in openMetrics.Append("# EOF\n"))
                await samples.WriteAsync(piece);
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), "global: {scrape_interval: 1h}\n");
        using (var promtool = Run("/usr/bin/promtool", "tsdb", "create-blocks-from", "openmetrics", Path.Combine(_folder, "samples.txt"), Path.Combine(_folder, "data")))
        {
            await promtool.WaitForExitAsync();
            Assert.Equal(0, promtool.ExitCode);
        }

        var address = $"127.0.0.1:{FreePort()}";
        _http.BaseAddress = new Uri($"http://{address}");
        _process = Run(
            Binary, $"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/data", "--storage.tsdb.retention.time=100y", $"--web.listen-address={address}", "--log.level=error");
        await UntilReadyAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<JsonElement> AskAsync(string path, KeyValuePair<string, string>[] form, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await _http.PostAsync("/api/v1/" + path, content, cancellationToken);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return document.RootElement.Clone();
    }

    private async Task UntilReadyAsync()
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            try
            {
                using var response = await _http.GetAsync("/-/ready");
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.Fail("Prometheus did not become ready");
    }
}
