using System.Diagnostics;
using System.Globalization;
using System.Text;
using Weft.Proxy.Mesh;

namespace Weft.Benchmarks.Load;

/// <summary>
/// What two sidecars cost a request: client -> sidecar -> mTLS -> sidecar -> application, against client -> application, in turns within one run.
/// Client, application and both sidecars share this process and the machine, so only the ratio means anything.
/// </summary>
public static class SidecarLoad
{
    private const int Rounds = 5;
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(2);

    /// <summary>Runs the load and writes its table to a file.</summary>
    public static async Task WriteAsync(string file, CancellationToken cancellationToken) =>
        await File.WriteAllTextAsync(
            file,
            $"""
            # Two sidecars against none

            `dotnet run -c Release --project bench/Weft.Benchmarks -- sidecar-load bench/results/proxy.md`

            client -> sidecar -> mTLS -> sidecar -> application against client -> application, 1 KiB answers over kept connections, in turns within
            one run; the median of {Rounds} rounds of {RoundLength.TotalSeconds:0} s each. Client, application and sidecars share one process on
            {Environment.ProcessorCount} processors, so the ratio counts and not the rate: "direct" has the processors to itself.

            {await RunAsync(cancellationToken)}
            """,
            cancellationToken);

    public static async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var body = new byte[1024];
        await using var mesh = await TestMesh.StartAsync(context => context.Response.Body.WriteAsync(body).AsTask(), cancellationToken);
        var text = new StringBuilder("| clients | path | requests/s | p50 ms | p90 ms | p99 ms | throughput ratio | p50 ratio |\n|---:|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (var clients in (int[])[1, 16])
        {
            var direct = new List<Sample>();
            var meshed = new List<Sample>();
            await MeasureAsync(mesh.Direct(), $"http://{mesh.BetaApp}:8080/", clients, cancellationToken);
            await MeasureAsync(mesh.Tunnel("beta.demo:8000"), "http://beta.demo:8000/", clients, cancellationToken);
            for (var round = 0; round < Rounds; round++)
            {
                direct.Add(await MeasureAsync(mesh.Direct(), $"http://{mesh.BetaApp}:8080/", clients, cancellationToken));
                meshed.Add(await MeasureAsync(mesh.Tunnel("beta.demo:8000"), "http://beta.demo:8000/", clients, cancellationToken));
            }

            var (plain, sidecars) = (Median(direct), Median(meshed));
            Append(text, clients, "direct", plain, "", "");
            Append(text, clients, "two sidecars, mTLS", sidecars, Format(sidecars.Rate / plain.Rate), Format(sidecars.P50 / plain.P50));
        }

        return text.ToString();
    }

    private static async Task<Sample> MeasureAsync(HttpClient client, string url, int clients, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => LoopAsync(client, url, clock, cancellationToken), cancellationToken)));
        var all = latencies.SelectMany(each => each).Order().ToList();
        return new Sample(all.Count / clock.Elapsed.TotalSeconds, At(all, 0.5), At(all, 0.9), At(all, 0.99));
    }

    private static async Task<List<double>> LoopAsync(HttpClient client, string url, Stopwatch clock, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        while (clock.Elapsed < RoundLength)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await client.GetAsync(url, cancellationToken);
            await response.Content.ReadAsByteArrayAsync(cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return latencies;
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static Sample Median(List<Sample> samples) => samples.OrderBy(sample => sample.Rate).ElementAt(samples.Count / 2);

    private static string Format(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder text, int clients, string path, Sample sample, string rateRatio, string latencyRatio) =>
        text.Append(CultureInfo.InvariantCulture, $"| {clients} | {path} | {sample.Rate:0} | {Format(sample.P50)} | {Format(sample.P90)} | {Format(sample.P99)} | {rateRatio} | {latencyRatio} |\n");

    private sealed record Sample(double Rate, double P50, double P90, double P99);
}
