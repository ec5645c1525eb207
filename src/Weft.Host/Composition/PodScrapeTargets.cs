using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Embedded;

namespace Weft.Host.Composition;

/// <summary>
/// The pods that ask to be scraped (annotations prometheus.io/scrape, port and path), as targets with the labels that Istio's Prometheus
/// add-on gives its job <c>kubernetes-pods</c>.
/// </summary>
internal static class PodScrapeTargets
{
    /// <summary>Keeps the scrape targets those of the running pods, until cancelled.</summary>
    public static async Task FollowAsync(Reflector<Pod> pods, EmbeddedPrometheus prometheus, CancellationToken cancellationToken)
    {
        await foreach (var store in pods.Source.WatchAsync(cancellationToken))
        {
            prometheus.SetTargets(Of(store.Items.Values));
        }
    }

    public static ImmutableArray<ScrapeTarget> Of(IEnumerable<Pod> pods) =>
        [.. pods.Select(Target).OfType<ScrapeTarget>().OrderBy(target => target.Uri.ToString(), StringComparer.Ordinal)];

    private static ScrapeTarget? Target(Pod pod)
    {
        var annotations = pod.Metadata.Annotations;
        if (pod.Status is not { Phase: "Running", PodIP: { Length: > 0 } address }
            || annotations.GetValueOrDefault("prometheus.io/scrape") != "true"
            || !ushort.TryParse(annotations.GetValueOrDefault("prometheus.io/port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        var path = annotations.GetValueOrDefault("prometheus.io/path") ?? "/metrics";
        return Uri.TryCreate($"http://{address}:{port}/{path.TrimStart('/')}", UriKind.Absolute, out var uri)
            ? new ScrapeTarget(uri, Labels(pod, $"{address}:{port}"))
            : null;
    }

    private static LabelSet Labels(Pod pod, string instance)
    {
        var labels = new LabelSetBuilder();
        foreach (var (name, value) in pod.Metadata.Labels)
        {
            labels.Set(Sanitize(name), value);
        }

        return labels
            .Set("job", "kubernetes-pods")
            .Set("instance", instance)
            .Set("namespace", pod.Metadata.Namespace ?? "")
            .Set("pod", pod.Metadata.Name ?? "")
            .Build();
    }

    /// <summary>A Kubernetes label name as Prometheus' service discovery writes it: everything outside [a-zA-Z0-9_] becomes an underscore.</summary>
    private static string Sanitize(string name)
    {
        var result = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            result.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        return result.ToString();
    }
}
