using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Client;
using Weft.Observability.Metrics;

namespace Weft.Console.Status;

/// <summary>A service that the console uses; no version when it could not be asked.</summary>
public sealed record ExternalService(string Name, string? Version);

/// <summary>What of the metrics store's configuration the console's time ranges depend on.</summary>
public sealed record MetricsRetention(TimeSpan ScrapeInterval, TimeSpan Retention)
{
    public static MetricsRetention Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromDays(15));
}

/// <summary>Asks the services around the console who they are. An unreachable one is an answer, not an error.</summary>
public sealed class ExternalServices(KubeClient kubernetes, PrometheusClient prometheus)
{
    public async Task<ImmutableArray<ExternalService>> ReadAsync(string cluster, CancellationToken cancellationToken)
    {
        var kube = KubernetesVersionAsync(cancellationToken);
        var metrics = PrometheusVersionAsync(cancellationToken);
        return
        [
            new ExternalService($"Kubernetes-{cluster}", await kube.ConfigureAwait(false)),
            new ExternalService("Prometheus", await metrics.ConfigureAwait(false)),
        ];
    }

    /// <summary>Scrape interval and retention; Prometheus' defaults for what it does not tell.</summary>
    public async Task<MetricsRetention> RetentionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var configuration = prometheus.ConfigurationAsync(cancellationToken);
            var flags = prometheus.FlagsAsync(cancellationToken);
            var yaml = (await configuration.ConfigureAwait(false)).Yaml;
            var interval = yaml.Split('\n')
                .Select(line => line.Trim())
                .FirstOrDefault(line => line.StartsWith("scrape_interval:", StringComparison.Ordinal))?["scrape_interval:".Length..].Trim();
            var retention = (await flags.ConfigureAwait(false)).Values.GetValueOrDefault("storage.tsdb.retention.time");
            return new MetricsRetention(
                Duration(interval) ?? MetricsRetention.Default.ScrapeInterval,
                Duration(retention) is { } kept && kept > TimeSpan.Zero ? kept : MetricsRetention.Default.Retention);
        }
        catch (MetricsQueryException)
        {
            return MetricsRetention.Default;
        }
    }

    private async Task<string?> KubernetesVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(await kubernetes.GetRawAsync("version", cancellationToken).ConfigureAwait(false))?["gitVersion"]?.GetValue<string>();
        }
        catch (Exception failure) when (failure is KubernetesApiException or JsonException)
        {
            return null;
        }
    }

    private async Task<string?> PrometheusVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await prometheus.BuildInfoAsync(cancellationToken).ConfigureAwait(false)).Version;
        }
        catch (MetricsQueryException)
        {
            return null;
        }
    }

    /// <summary>Sums the parts of a Prometheus duration such as <c>1h30m</c>.</summary>
    private static TimeSpan? Duration(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        double seconds = 0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                return null;
            }

            var number = double.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var end = rest.IndexOfAnyInRange('0', '9');
            var unit = end < 0 ? rest : rest[..end];
            rest = rest[unit.Length..];
            seconds += number * unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, "w" => 7 * 86400, "y" => 365 * 86400, _ => double.NaN };
        }

        return double.IsNaN(seconds) || seconds > TimeSpan.MaxValue.TotalSeconds / 2 ? null : TimeSpan.FromSeconds(seconds);
    }
}
