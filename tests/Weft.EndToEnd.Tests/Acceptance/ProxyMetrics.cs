using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.EndToEnd.Acceptance;

/// <summary>A proxy's counters at one time, as its Prometheus page gives them.</summary>
public sealed partial class ProxyMetrics
{
    private readonly IReadOnlyList<(string Name, IReadOnlyDictionary<string, string> Labels, double Value)> _samples;

    private ProxyMetrics(IReadOnlyList<(string, IReadOnlyDictionary<string, string>, double)> samples) => _samples = samples;

    public static ProxyMetrics Parse(string exposition) =>
        new([.. exposition.Split('\n').Select(line => Sample().Match(line)).Where(match => match.Success).Select(Read)]);

    /// <summary>The sum of a metric's series with these labels.</summary>
    public double Sum(string metric, params (string Label, string Value)[] labels) =>
        _samples.Where(sample => sample.Name == metric && labels.All(wanted => sample.Labels.GetValueOrDefault(wanted.Label) == wanted.Value)).Sum(sample => sample.Value);

    /// <summary>The values that a label has among a metric's series.</summary>
    public IReadOnlyCollection<string> Values(string metric, string label) =>
        [.. _samples.Where(sample => sample.Name == metric).Select(sample => sample.Labels.GetValueOrDefault(label, "")).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The labels of the first of a metric's series with these, in the order of the page.</summary>
    public IReadOnlyDictionary<string, string> Labels(string metric, params (string Label, string Value)[] labels) =>
        _samples.First(sample => sample.Name == metric && labels.All(wanted => sample.Labels.GetValueOrDefault(wanted.Label) == wanted.Value)).Labels;

    private static (string, IReadOnlyDictionary<string, string>, double) Read(Match match) =>
    (
        match.Groups["name"].Value,
        new OrderedDictionary<string, string>(Label().Matches(match.Groups["labels"].Value).Select(label => KeyValuePair.Create(label.Groups[1].Value, label.Groups[2].Value))),
        double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>[^ ]+)$")]
    private static partial Regex Sample();

    [GeneratedRegex("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}
