using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weft.Proxy.Admin;

/// <summary>The page /stats: Envoy's names, as text or JSON, all or some of them.</summary>
internal static class StatsPage
{
    private static readonly TimeSpan FilterLimit = TimeSpan.FromMilliseconds(100);

    /// <param name="filter">A regular expression of which a name must have a part; null takes all.</param>
    /// <param name="usedOnly">Only what was ever counted.</param>
    /// <returns>Null when the filter is no regular expression.</returns>
    public static List<(string Name, long Value)>? Select(ProxyContext proxy, string? filter, bool usedOnly)
    {
        Regex? pattern = null;
        try
        {
            pattern = string.IsNullOrEmpty(filter) ? null : new Regex(filter, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, FilterLimit);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }

        return [.. All(proxy).Where(stat => (!usedOnly || stat.Value != 0) && pattern?.IsMatch(stat.Name) != false).OrderBy(stat => stat.Name, StringComparer.Ordinal)];
    }

    public static string Text(IEnumerable<(string Name, long Value)> stats)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in stats)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        }

        return text.ToString();
    }

    public static string Json(IEnumerable<(string Name, long Value)> stats)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("stats");
            foreach (var (name, value) in stats)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteNumber("value", value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static IEnumerable<(string Name, long Value)> All(ProxyContext proxy) =>
        OwnStats.Of(proxy).Select(stat => (stat.Name.Replace("envoy_", "", StringComparison.Ordinal), stat.Value))
            .Concat(proxy.Config.Current.Clusters.Values.SelectMany(OfCluster))
            .Concat(proxy.Metrics.Requests.Select(series => ($"istiocustom.istio_requests_total.{series.Labels}", series.Requests.Value)));

    private static IEnumerable<(string Name, long Value)> OfCluster(Clusters.ClusterModel cluster)
    {
        var endpoints = cluster.Discovery == Clusters.ClusterDiscovery.OriginalDestination ? [.. cluster.State.Destinations] : cluster.Endpoints;
        var prefix = $"cluster.{cluster.Name}.";
        yield return (prefix + "membership_total", endpoints.Length);
        yield return (prefix + "membership_healthy", endpoints.Count(endpoint => endpoint.IsHealthy && !endpoint.State.IsEjected));
        yield return (prefix + "upstream_cx_total", endpoints.Sum(endpoint => endpoint.State.Connections.Value));
        yield return (prefix + "upstream_cx_connect_fail", endpoints.Sum(endpoint => endpoint.State.ConnectFailures.Value));
        yield return (prefix + "upstream_rq_total", endpoints.Sum(endpoint => endpoint.State.Requests.Value));
        yield return (prefix + "upstream_rq_active", endpoints.Sum(endpoint => (long)endpoint.State.Active));
        if (cluster.OutlierDetection is null)
        {
            yield break;
        }

        yield return (prefix + "outlier_detection.ejections_active", cluster.State.Outliers.Active);
        foreach (var (name, value) in cluster.State.Outliers.Stats.All)
        {
            yield return ($"{prefix}outlier_detection.{name}", value);
        }
    }
}
