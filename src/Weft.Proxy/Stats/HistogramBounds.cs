using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weft.Proxy.Stats;

/// <summary>The upper bounds of a histogram's buckets, in order; above the last is one more.</summary>
internal sealed class HistogramBounds(ImmutableArray<double> values)
{
    private const string Annotation = "sidecar.istio.io/statsHistogramBuckets";

    /// <summary>Under what Istio's metrics are called before that prefix is taken off.</summary>
    private const string Prefix = "istiocustom.istio_";

    /// <summary>Envoy's, for milliseconds and bytes alike.</summary>
    public static HistogramBounds Default { get; } = new([0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000]);

    public ImmutableArray<double> Values => values;

    /// <summary>The bounds as they stand in the label le.</summary>
    public ImmutableArray<string> Labels { get; } = [.. values.Select(value => value.ToString(CultureInfo.InvariantCulture))];

    /// <summary>
    /// The pod's annotation sidecar.istio.io/statsHistogramBuckets (Istio's bootstrap: histogram_bucket_settings): bounds by the beginning of a metric's name. A metric that none
    /// names, or none that can be read, has the default.
    /// </summary>
    /// <param name="metadata">Of the node.</param>
    /// <returns>Bounds by a metric's name without the prefix <c>istio_</c>.</returns>
    public static Func<string, HistogramBounds> Of(JsonObject metadata)
    {
        var stated = Read((metadata["ANNOTATIONS"] as JsonObject)?[Annotation]);
        return metric => stated.FirstOrDefault(entry => (Prefix + metric).StartsWith(entry.Name, StringComparison.Ordinal)).Bounds ?? Default;
    }

    private static ImmutableArray<(string Name, HistogramBounds Bounds)> Read(JsonNode? annotation)
    {
        try
        {
            return annotation is JsonValue value && value.TryGetValue<string>(out var text) && JsonNode.Parse(text) is JsonObject settings
                ? [.. settings.Select(setting => (setting.Key, Bounds(setting.Value as JsonArray))).Where(setting => !setting.Item2.Values.IsEmpty)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    // Each bound is more than 0 and stands once; their order does not matter.
    private static HistogramBounds Bounds(JsonArray? bounds) =>
        new([.. (bounds ?? []).Select(bound => bound is JsonValue value && value.TryGetValue<double>(out var number) ? number : 0).Where(number => number > 0).Distinct().Order()]);
}
