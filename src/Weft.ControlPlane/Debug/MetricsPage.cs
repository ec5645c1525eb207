using System.Globalization;
using System.Text;
using Weft.ControlPlane.Distribution;
using Weft.Xds;

namespace Weft.ControlPlane.Debug;

/// <summary>The control plane's metrics in Prometheus' text, by istiod's names.</summary>
internal static class MetricsPage
{
    private static readonly (string Family, string Help)[] s_counters =
    [
        ("pilot_xds_pushes", "Responses sent to proxies, by type."),
        ("pilot_total_xds_rejects", "Responses that proxies refused, by type."),
        ("pilot_xds_expired_nonce", "Requests that answered an older response."),
        ("pilot_push_triggers", "Snapshots that went out, by what had changed."),
        ("citadel_server_csr_count", "Certificate requests."),
        ("citadel_server_success_cert_issuance_count", "Certificates issued."),
        ("citadel_server_authentication_failure_count", "Certificate requests of callers who proved nothing."),
        ("citadel_server_csr_sign_err_count", "Certificate requests that were refused."),
    ];

    private static readonly (string Family, string Help)[] s_distributions =
    [
        ("pilot_xds_push_time", "Seconds to generate and send what one proxy needs of a snapshot."),
        ("pilot_proxy_convergence_time", "Seconds from a snapshot to a proxy's last response of it."),
        ("pilot_debounce_time", "Seconds from the first change of a burst to its end."),
        ("pilot_pushcontext_init_seconds", "Seconds to build a snapshot."),
        ("pilot_xds_config_size_bytes", "Sizes of responses, by type."),
    ];

    public static string Write(DebugSources sources)
    {
        var text = new StringBuilder();
        var now = sources.Time.GetUtcNow();
        Gauge(text, "istio_build", "Build of the component.", ("component=\"pilot\",tag=\"" + ControlPlane.IstioVersion + "\"", 1));
        Gauge(text, "pilot_info", "Version of the control plane.", ("version=\"" + ControlPlane.IstioVersion + "\"", 1));
        Gauge(text, "istiod_uptime_seconds", "Seconds since the start.", ("", (now - sources.StartedAt).TotalSeconds));
        Gauge(text, "istiod_managed_clusters", "Clusters whose objects are watched.", ("cluster_type=\"local\"", 1), ("cluster_type=\"remote\"", 0));
        Gauge(text, "citadel_server_root_cert_expiry_timestamp", "When the root certificate expires, in seconds since 1970.", ("", sources.RootExpiry.ToUnixTimeSeconds()));
        Gauge(text, "citadel_server_root_cert_expiry_seconds", "Seconds until the root certificate expires.", ("", (sources.RootExpiry - now).TotalSeconds));
        Process(text);
        Mesh(text, sources);
        Proxies(text, sources);
        Counters(text, sources.Diagnostics);
        Distributions(text, sources.Diagnostics);
        return text.ToString();
    }

    /// <summary>What every client library of Prometheus tells of its process, and Kiali draws of a control plane. Parts that run in one process tell the same.</summary>
    private static void Process(StringBuilder text)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Head(text, "process_cpu_seconds_total", "Processor time of the whole process, user and system.", "counter");
        Line(text, "process_cpu_seconds_total", "", process.TotalProcessorTime.TotalSeconds);
        Gauge(text, "process_resident_memory_bytes", "Resident memory of the whole process.", ("", process.WorkingSet64));
    }

    private static void Mesh(StringBuilder text, DebugSources sources)
    {
        var snapshot = sources.Snapshot;
        var endpoints = snapshot.Services.SelectMany(service => service.Endpoints).ToList();
        Gauge(text, "pilot_services", "Hosts of the registry.", ("", snapshot.Services.Length));
        Gauge(text, "pilot_virt_services", "VirtualServices in force.", ("", snapshot.Objects.VirtualServices.Length));
        Gauge(text, "pilot_endpoint_not_ready", "Endpoints that are not ready.", ("", endpoints.Count(endpoint => endpoint.Ready == false)));
        Gauge(text, "pilot_eds_no_instances", "Services without endpoints.", ("", snapshot.Services.Count(service => service.Endpoints.Length == 0)));
        Gauge(text, "pilot_total_rejected_configs", "Istio objects that cannot be read in their newest version.", ("", snapshot.Objects.Unreadable.Length));
    }

    private static void Proxies(StringBuilder text, DebugSources sources)
    {
        var proxies = sources.Proxies.ToList();
        Gauge(text, "pilot_xds", "Connected proxies, by version.", [.. proxies.GroupBy(proxy => proxy.Node.IstioVersion).Select(group => ($"version=\"{group.Key}\"", (double)group.Count()))]);
        foreach (var type in new[] { TypeUrls.Cluster, TypeUrls.Endpoint, TypeUrls.Listener, TypeUrls.Route })
        {
            var refused = proxies.Where(proxy => proxy.Status.Types.GetValueOrDefault(type)?.State == SyncState.Error).Select(proxy => ($"node=\"{proxy.Node.Id}\"", 1.0));
            Gauge(text, $"pilot_xds_{ControlPlaneDiagnostics.ShortType(type)}_reject", "Proxies that refuse what they were sent.", [.. refused]);
        }
    }

    private static void Counters(StringBuilder text, ControlPlaneDiagnostics diagnostics)
    {
        foreach (var (family, help) in s_counters)
        {
            Head(text, family, help, "counter");
            foreach (var ((_, labels), value) in diagnostics.Counters.Where(series => series.Key.Family == family).OrderBy(series => series.Key.Labels, StringComparer.Ordinal))
            {
                Line(text, family, labels, value);
            }
        }
    }

    private static void Distributions(StringBuilder text, ControlPlaneDiagnostics diagnostics)
    {
        foreach (var (family, help) in s_distributions)
        {
            Head(text, family, help, "histogram");
            foreach (var ((_, labels), distribution) in diagnostics.Distributions.Where(series => series.Key.Family == family).OrderBy(series => series.Key.Labels, StringComparer.Ordinal))
            {
                var (buckets, count, sum) = distribution.Read();
                var prefix = labels.Length == 0 ? "" : labels + ",";
                foreach (var (bound, below) in buckets)
                {
                    Line(text, family + "_bucket", $"{prefix}le=\"{Number(bound)}\"", below);
                }

                Line(text, family + "_bucket", $"{prefix}le=\"+Inf\"", count);
                Line(text, family + "_sum", labels, sum);
                Line(text, family + "_count", labels, count);
            }
        }
    }

    private static void Gauge(StringBuilder text, string family, string help, params ReadOnlySpan<(string Labels, double Value)> series)
    {
        Head(text, family, help, "gauge");
        foreach (var (labels, value) in series)
        {
            Line(text, family, labels, value);
        }
    }

    private static void Head(StringBuilder text, string family, string help, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {family} {help}\n# TYPE {family} {type}\n");

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {Number(value)}\n");

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
