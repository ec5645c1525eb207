using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Benchmarks.Graph;

/// <summary>
/// The mesh that Kiali's own times were taken on: per namespace 25 services of one workload each, HTTP traffic along a binary tree, the last
/// service calling the first of the next namespace; both sides report. Its series are counters that grow evenly, so that rates are exact.
/// </summary>
internal sealed class TreeMesh(int namespaces)
{
    public const long QueryTime = 1_795_234_165;
    private const int ServicesPerNamespace = 25;
    private const int Step = 15;
    private const int Scrapes = 7;

    private static readonly string[] Bounds = ["1", "5", "10", "25", "50", "100", "250", "500", "1000", "+Inf"];

    public ImmutableArray<string> Namespaces { get; } = [.. Enumerable.Range(0, namespaces).Select(NameOf)];

    public MeshInventory Inventory => MeshInventory.Empty with
    {
        Namespaces = Namespaces.ToFrozenDictionary(name => name, NamespaceOf),
    };

    /// <summary>All series as OpenMetrics with times, as promtool takes them.</summary>
    public void WriteOpenMetrics(TextWriter file)
    {
        var calls = Calls().ToArray();
        file.Write("# TYPE istio_requests counter\n");
        foreach (var (call, labels) in Labelled(calls))
            WriteSeries(file, "istio_requests_total", labels, "", 10 + call);
        file.Write("# TYPE istio_request_duration_milliseconds histogram\n");
        foreach (var (call, labels) in Labelled(calls))
        {
            for (var bound = 0; bound < Bounds.Length; bound++)
                WriteSeries(file, "istio_request_duration_milliseconds_bucket", labels, $",le=\"{Bounds[bound]}\"", (10 + call) * (bound + 1) / 10.0);
            WriteSeries(file, "istio_request_duration_milliseconds_count", labels, "", 10 + call);
            WriteSeries(file, "istio_request_duration_milliseconds_sum", labels, "", 100 + call);
        }

        file.Write("# EOF\n");
    }

    private static string NameOf(int ns) => string.Create(CultureInfo.InvariantCulture, $"perf-{ns}");

    private static IEnumerable<(int Call, string Labels)> Labelled((string SourceNs, int Source, string TargetNs, int Target)[] calls)
    {
        for (var call = 0; call < calls.Length; call++)
        {
            foreach (var reporter in new[] { "source", "destination" })
                yield return (call % 50, Labels(reporter, calls[call]));
        }
    }

    private IEnumerable<(string SourceNs, int Source, string TargetNs, int Target)> Calls()
    {
        for (var ns = 0; ns < Namespaces.Length; ns++)
        {
            for (var target = 1; target < ServicesPerNamespace; target++)
                yield return (Namespaces[ns], (target - 1) / 2, Namespaces[ns], target);
            if (ns + 1 < Namespaces.Length)
                yield return (Namespaces[ns], ServicesPerNamespace - 1, Namespaces[ns + 1], 0);
        }
    }

    private static string Labels(string reporter, (string SourceNs, int Source, string TargetNs, int Target) call)
    {
        var (source, target) = ($"svc-{call.Source}", $"svc-{call.Target}");
        return $"reporter=\"{reporter}\",source_cluster=\"Kubernetes\",source_workload_namespace=\"{call.SourceNs}\",source_workload=\"{source}-v1\","
            + $"source_canonical_service=\"{source}\",source_canonical_revision=\"v1\",source_app=\"{source}\",source_version=\"v1\","
            + $"source_principal=\"spiffe://cluster.local/ns/{call.SourceNs}/sa/default\",destination_cluster=\"Kubernetes\","
            + $"destination_service_namespace=\"{call.TargetNs}\",destination_service=\"{target}.{call.TargetNs}.svc.cluster.local\",destination_service_name=\"{target}\","
            + $"destination_workload_namespace=\"{call.TargetNs}\",destination_workload=\"{target}-v1\",destination_canonical_service=\"{target}\","
            + $"destination_canonical_revision=\"v1\",destination_app=\"{target}\",destination_version=\"v1\","
            + $"destination_principal=\"spiffe://cluster.local/ns/{call.TargetNs}/sa/default\",request_protocol=\"http\",response_code=\"200\","
            + "response_flags=\"-\",connection_security_policy=\"mutual_tls\",grpc_response_status=\"\"";
    }

    private static void WriteSeries(TextWriter file, string name, string labels, string more, double rate)
    {
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            var time = QueryTime - ((Scrapes - 1 - scrape) * Step);
            file.Write(string.Create(CultureInfo.InvariantCulture, $"{name}{{{labels}{more}}} {rate * (scrape + 1) * Step} {time}\n"));
        }
    }

    private static NamespaceInventory NamespaceOf(string name)
    {
        var workloads = Enumerable.Range(0, ServicesPerNamespace).Select(service => new WorkloadFacts
        {
            Namespace = name,
            Name = $"svc-{service}-v1",
            GroupVersionKind = new GroupVersionKind("apps", "v1", "Deployment"),
            Labels = ImmutableDictionary<string, string>.Empty.Add("app", $"svc-{service}").Add("version", "v1"),
            PodCount = 1,
            DesiredReplicas = 1,
            CurrentReplicas = 1,
            AvailableReplicas = 1,
            HasSidecar = true,
        }).ToList();
        return new NamespaceInventory
        {
            Name = name,
            Created = DateTimeOffset.UnixEpoch,
            Workloads = workloads.ToFrozenDictionary(workload => workload.Name),
            WorkloadsByApp = workloads.ToFrozenDictionary(workload => workload.Labels["app"], workload => ImmutableArray.Create(workload)),
            Services = Enumerable.Range(0, ServicesPerNamespace).ToFrozenDictionary(service => $"svc-{service}", service => new ServiceFacts
            {
                Namespace = name,
                Name = $"svc-{service}",
                Labels = ImmutableDictionary<string, string>.Empty.Add("app", $"svc-{service}"),
                Definition = new Service(),
            }),
        };
    }
}
