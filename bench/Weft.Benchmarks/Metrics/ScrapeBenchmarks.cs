using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Benchmarks.Metrics;

/// <summary>One scrape of a target with 1,200 known series: reading the text and appending the samples.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class ScrapeBenchmarks
{
    private readonly SeriesStore _store = new(new SeriesStoreOptions { Retention = TimeSpan.FromDays(3650) });
    private byte[] _body = [];
    private ScrapeCache _cache = null!;
    private long _time = SyntheticMetrics.Start;

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder();
        var value = 1000;
        foreach (var labels in SyntheticMetrics.Series(edges: 100))
            text.Append(CultureInfo.InvariantCulture, $"{labels} {value++}\n");
        _body = Encoding.UTF8.GetBytes(text.ToString());
        _cache = new ScrapeCache(_store, LabelSet.Of(("pod", "p")), new ScrapeOptions());
    }

    [Benchmark]
    public int Scrape()
    {
        _time += 5000;
        return _cache.Store(_body, isOpenMetrics: false, _time).Samples;
    }
}
