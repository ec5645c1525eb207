using System.Globalization;
using System.Text;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Metrics;

/// <summary>/metrics in Prometheus' text format, under kube-apiserver's names where it has one for the same thing.</summary>
internal sealed class MetricsPage(RequestMetrics requests, ObjectStore store, RegistrySource registry, string databaseFile)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    public string Write()
    {
        var page = new StringBuilder();
        Requests(page);
        Durations(page);
        Storage(page);
        Process(page);
        return page.ToString();
    }

    private void Requests(StringBuilder page)
    {
        Head(page, "apiserver_current_inflight_requests", "gauge", "Requests that are being answered, by kind.");
        Line(page, "apiserver_current_inflight_requests", "request_kind=\"mutating\"", requests.Mutating);
        Line(page, "apiserver_current_inflight_requests", "request_kind=\"readOnly\"", requests.Reading);
        Head(page, "apiserver_longrunning_requests", "gauge", "Open watches, logs and streams.");
        foreach (var (labels, count) in requests.LongRunning) Line(page, "apiserver_longrunning_requests", $"component=\"apiserver\",{Labels(labels, "")}", count);
        Head(page, "apiserver_request_total", "counter", "Answered requests by verb, resource and HTTP code.");
        foreach (var (labels, code, count) in requests.Total)
            Line(page, "apiserver_request_total", $"code=\"{code.ToString(CultureInfo.InvariantCulture)}\",component=\"apiserver\",{Labels(labels, labels.DryRun)}", count);
    }

    private void Durations(StringBuilder page)
    {
        const string name = "apiserver_request_duration_seconds";
        Head(page, name, "histogram", "Time until the answer was written, in seconds; without watches and streams.");
        foreach (var (labels, histogram) in requests.Durations)
        {
            var (buckets, sum) = histogram.Read();
            var text = $"component=\"apiserver\",{Labels(labels, labels.DryRun)}";
            long total = 0;
            for (var i = 0; i < buckets.Length; i++)
            {
                total += buckets[i];
                var bound = i < RequestMetrics.Bounds.Count ? RequestMetrics.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(page, $"{name}_bucket", $"{text},le=\"{bound}\"", total);
            }

            Line(page, $"{name}_sum", text, sum);
            Line(page, $"{name}_count", text, total);
        }
    }

    private void Storage(StringBuilder page)
    {
        var snapshot = store.Current;
        Head(page, "apiserver_storage_objects", "gauge", "Stored objects by resource.");
        foreach (var resource in registry.Current.Stored().OrderBy(r => r.QualifiedName, StringComparer.Ordinal))
            Line(page, "apiserver_storage_objects", $"resource=\"{resource.QualifiedName}\"", snapshot.Of(resource.StorageKey).Count);
        Head(page, "apiserver_resource_objects", "gauge", "Stored objects by group and resource.");
        foreach (var resource in registry.Current.Stored().OrderBy(r => r.QualifiedName, StringComparer.Ordinal))
            Line(page, "apiserver_resource_objects", $"group=\"{resource.Group}\",resource=\"{resource.Plural}\"", snapshot.Of(resource.StorageKey).Count);
        Head(page, "apiserver_storage_size_bytes", "gauge", "Size of the database file.");
        Line(page, "apiserver_storage_size_bytes", "storage_cluster_id=\"etcd-0\"", File.Exists(databaseFile) ? new FileInfo(databaseFile).Length : 0);
        Head(page, "weft_apiserver_revision", "gauge", "The newest revision, by which resourceVersion counts.");
        Line(page, "weft_apiserver_revision", "", snapshot.Revision);
    }

    private static void Process(StringBuilder page)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Head(page, "kubernetes_build_info", "gauge", "What this server is.");
        var version = Endpoints.SystemEndpoints.Version;
        Line(page, "kubernetes_build_info", string.Join(',', new[] { ("build_date", "buildDate"), ("compiler", "compiler"), ("git_commit", "gitCommit"), ("git_tree_state", "gitTreeState"), ("git_version", "gitVersion"), ("go_version", "goVersion"), ("major", "major"), ("minor", "minor"), ("platform", "platform") }.Select(p => $"{p.Item1}=\"{version[p.Item2]}\"")), 1);
        Head(page, "process_cpu_seconds_total", "counter", "Processor time of the whole process, user and system.");
        Line(page, "process_cpu_seconds_total", "", process.TotalProcessorTime.TotalSeconds);
        Head(page, "process_resident_memory_bytes", "gauge", "Resident memory of the whole process.");
        Line(page, "process_resident_memory_bytes", "", process.WorkingSet64);
        Head(page, "process_virtual_memory_bytes", "gauge", "Virtual memory of the whole process.");
        Line(page, "process_virtual_memory_bytes", "", process.VirtualMemorySize64);
        Head(page, "process_start_time_seconds", "gauge", "When the process was started, in seconds since 1970.");
        Line(page, "process_start_time_seconds", "", (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
        Head(page, "process_open_fds", "gauge", "Open file descriptors.");
        Line(page, "process_open_fds", "", Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount);
    }

    private static string Labels(RequestLabels labels, string dryRun) =>
        $"dry_run=\"{dryRun}\",group=\"{labels.Group}\",resource=\"{labels.Resource}\",scope=\"{labels.Scope}\",subresource=\"{labels.Subresource}\",verb=\"{labels.Verb}\",version=\"{labels.Version}\"";

    private static void Head(StringBuilder page, string name, string type, string help) => page.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder page, string name, string labels, double value)
    {
        page.Append(name);
        if (labels.Length > 0) page.Append('{').Append(labels).Append('}');
        page.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
