using System.Globalization;
using System.Text;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>A real Prometheus and our engine over the same samples, which are made up: with resets, gaps, NaN and infinities.</summary>
public sealed class DebianPrometheus : IAsyncLifetime
{
    /// <summary>First and last sample, in milliseconds.</summary>
    public const long Start = 1_600_000_000_000;
    public const long End = Start + (40 * 60 * 1000);

    private readonly SeriesStore _store = new(new SeriesStoreOptions());
    private readonly StringBuilder _openMetrics = new();

    internal PromQLEngine Ours { get; private set; } = null!;

    internal PrometheusProcess Real { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Ours = new PromQLEngine(_store, new PromQLEngineOptions(), TimeProvider.System);
        MakeSamples();
        if (PrometheusProcess.IsInstalled)
            Real = await PrometheusProcess.StartAsync(_openMetrics.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (PrometheusProcess.IsInstalled)
            await Real.DisposeAsync();
        Ours.Dispose();
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
            _openMetrics.Append(PrometheusProcess.Line(labels, time, value));
        }
    }
}
