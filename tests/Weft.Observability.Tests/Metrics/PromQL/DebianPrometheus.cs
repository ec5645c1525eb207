using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Debian's Prometheus 2.42 and our engine over the same samples. The samples are made up, with resets, gaps, NaN and infinities.</summary>
public sealed class DebianPrometheus : IAsyncLifetime
{
    /// <summary>First and last sample, in milliseconds.</summary>
    public const long Start = 1_600_000_000_000;
    public const long End = Start + (40 * 60 * 1000);

    private const string Binary = "/usr/bin/prometheus";

    private readonly string _folder = Directory.CreateTempSubdirectory("weft-prometheus-").FullName;
    private readonly HttpClient _http = new();
    private readonly SeriesStore _store = new(new SeriesStoreOptions());
    private readonly StringBuilder _openMetrics = new();
    private Process? _process;

    public static bool IsInstalled => File.Exists(Binary);

    internal PromQLEngine Ours { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Ours = new PromQLEngine(_store, new PromQLEngineOptions(), TimeProvider.System);
        if (!IsInstalled)
            return;
        MakeSamples();
        await File.WriteAllTextAsync(Path.Combine(_folder, "samples.txt"), _openMetrics.Append("# EOF\n").ToString());
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

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _http.Dispose();
        Ours.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The real answer to an instant query.</summary>
    public Task<JsonElement> QueryAsync(string query, long time, CancellationToken cancellationToken) =>
        AskAsync("query", [new("query", query), new("time", Seconds(time))], cancellationToken);

    public Task<JsonElement> QueryRangeAsync(string query, long start, long end, long step, CancellationToken cancellationToken) =>
        AskAsync("query_range", [new("query", query), new("start", Seconds(start)), new("end", Seconds(end)), new("step", Seconds(step))], cancellationToken);

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString(CultureInfo.InvariantCulture);

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

    private void MakeSamples()
    {
        var random = new Random(42);
        foreach (var (job, pod, code) in from job in new[] { "api", "web" } from pod in new[] { "a", "b", "c" } from code in new[] { "200", "404", "500" } select (job, pod, code))
            AddCounter(random, LabelSet.Of(("__name__", "requests_total"), ("job", job), ("pod", pod), ("code", code)), pod);
        foreach (var room in new[] { "attic", "cellar", "hall", "yard" })
            AddGauge(random, LabelSet.Of(("__name__", "temperature"), ("room", room), ("floor", room.Length.ToString(CultureInfo.InvariantCulture))), room);
        foreach (var (pod, index) in new[] { "a", "b", "c" }.Select(static (pod, index) => (pod, index)))
        {
            Add(LabelSet.Of(("__name__", "pod_info"), ("job", "api"), ("pod", pod), ("version", $"v{index}")), Times(random, 30_000), static _ => 1);
            AddHistogram(random, pod, complete: index < 2);
        }
    }

    private void AddCounter(Random random, LabelSet labels, string pod)
    {
        var value = (double)random.Next(1000);
        var rate = random.NextDouble() * 20;
        var times = Times(random, 15_000).Where(time => pod != "c" || time > Start + 900_000);
        Add(labels, times, _ =>
        {
            value = random.Next(40) == 0 ? random.Next(5) : value + Math.Round(rate * 15 * random.NextDouble());
            return value;
        });
    }

    private void AddGauge(Random random, LabelSet labels, string room)
    {
        var value = 20 * random.NextDouble();
        Add(labels, Times(random, 20_000).Where(time => room != "yard" || time is < Start + 600_000 or > Start + 1_200_000), _ =>
        {
            value += random.NextDouble() - 0.55;
            return (room, random.Next(30)) switch
            {
                ("cellar", 0) => double.NaN,
                ("cellar", 1) => double.PositiveInfinity,
                ("hall", < 15) => 5,
                _ => value,
            };
        });
    }

    private void AddHistogram(Random random, string pod, bool complete)
    {
        string[] bounds = complete ? ["0.1", "0.5", "1", "5", "+Inf"] : ["0.1", "0.5", "1"];
        var times = Times(random, 15_000).ToArray();
        for (var i = 0; i < bounds.Length; i++)
        {
            var total = 0d;
            var share = i + 1;
            Add(LabelSet.Of(("__name__", "latency_bucket"), ("pod", pod), ("le", bounds[i])), times, time => total += share * (1 + (time / 15_000 % 3)));
        }
    }

    private static IEnumerable<long> Times(Random random, int interval)
    {
        for (var time = Start + random.Next(interval); time <= End; time += interval)
        {
            if (random.Next(25) != 0)
                yield return time + random.Next(50);
        }
    }

    private void Add(LabelSet labels, IEnumerable<long> times, Func<long, double> valueAt)
    {
        foreach (var time in times)
        {
            var value = valueAt(time);
            Assert.True(_store.Append(labels, time, value));
            _openMetrics.Append(CultureInfo.InvariantCulture, $"{labels.ToString().Replace(", ", ",", StringComparison.Ordinal)} {PromText.FormatNumber(value)} {Seconds(time)}\n");
        }
    }
}
