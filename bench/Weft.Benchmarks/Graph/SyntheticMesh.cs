using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Weft.Console.Inventory;
using Weft.Kubernetes.Objects;

namespace Weft.Benchmarks.Graph;

/// <summary>
/// A mesh of any size that a Prometheus could have seen: some workloads per namespace, each calling four others over mTLS, one call in
/// fifty failing, one workload in ten also speaking TCP. Answers queries from memory, so that a measurement is free of the store's time.
/// </summary>
internal sealed class SyntheticMesh : HttpMessageHandler
{
    private const int CallsPerWorkload = 4;

    private readonly int _perNamespace;
    private readonly byte[] _requests;
    private readonly byte[] _tcp;
    private readonly ConcurrentDictionary<string, byte[]> _responseTimes = new();
    private readonly List<(int Source, int Target)> _calls;
    private readonly byte[] _security;
    private readonly byte[] _throughput;
    private readonly byte[] _nothing;

    public SyntheticMesh(int workloads, int perNamespace = 20)
    {
        _perNamespace = perNamespace;
        Workloads = workloads;
        _calls = Enumerable.Range(0, workloads)
            .SelectMany(source => Enumerable.Range(1, CallsPerWorkload).Select(step => (source, (source + (step * step * 7)) % workloads)))
            .Where(call => call.source != call.Item2)
            .ToList();
        _nothing = Vector<int>([], (_, _) => { });
        _requests = Vector(_calls.SelectMany(call => new[] { (call, code: "200"), (call, code: "500") }).Where(item => item.code == "200" || item.call.Source % 50 == 0), (writer, item) =>
        {
            WritePeers(writer, item.call.Source, item.call.Target, withHost: true);
            writer.WriteString("request_protocol", "http");
            writer.WriteString("response_code", item.code);
            writer.WriteString("response_flags", "-");
        });
        _tcp = Vector(_calls.Where(call => call.Source % 10 == 0), (writer, call) =>
        {
            WritePeers(writer, call.Source, call.Target, withHost: true);
            writer.WriteString("response_flags", "-");
        });
        _security = Vector(_calls, (writer, call) =>
        {
            WritePeers(writer, call.Source, call.Target, withHost: false);
            writer.WriteString("source_principal", $"spiffe://cluster.local/ns/{NamespaceOf(call.Source)}/sa/default");
            writer.WriteString("destination_principal", $"spiffe://cluster.local/ns/{NamespaceOf(call.Target)}/sa/default");
            writer.WriteString("connection_security_policy", "mutual_tls");
        });
        _throughput = Vector(_calls, (writer, call) => WritePeers(writer, call.Source, call.Target, withHost: true));
    }

    public int Workloads { get; }

    public ImmutableArray<string> Namespaces => [.. Enumerable.Range(0, Workloads).Select(NamespaceOf).Distinct()];

    public MeshInventory Inventory => MeshInventory.Empty with
    {
        Namespaces = Enumerable.Range(0, Workloads).GroupBy(NamespaceOf).Select(NamespaceInventoryOf).ToFrozenDictionary(ns => ns.Name),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = await request.Content!.ReadAsStringAsync(cancellationToken);
        var answer = form.Contains("histogram_quantile", StringComparison.Ordinal) ? _responseTimes.GetOrAdd(form, ResponseTimes)
            : form.Contains("connection_security_policy", StringComparison.Ordinal) ? _security
            : form.Contains("response_bytes", StringComparison.Ordinal) ? _throughput
            : form.Contains("request_operation", StringComparison.Ordinal) || form.Contains("destination_workload%3D%22unknown", StringComparison.Ordinal) ? _nothing
            : form.Contains("istio_tcp", StringComparison.Ordinal) ? _tcp
            : _requests;
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(answer) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
    }

    /// <summary>Of the namespaces that the query names: it is asked in parts.</summary>
    private byte[] ResponseTimes(string form) => Vector(_calls.Where(call => Names(form, NamespaceOf(call.Target))), (writer, call) =>
    {
        WritePeers(writer, call.Source, call.Target, withHost: true);
        writer.WriteString("request_protocol", "http");
    });

    private static bool Names(string form, string ns) => form.Contains(ns + "%7C", StringComparison.Ordinal) || form.Contains(ns + "%22", StringComparison.Ordinal);

    private string NamespaceOf(int workload) => $"ns-{workload / _perNamespace}";

    private NamespaceInventory NamespaceInventoryOf(IGrouping<string, int> group)
    {
        var workloads = group.Select(workload => new WorkloadFacts
        {
            Namespace = group.Key,
            Name = $"app-{workload}-v1",
            GroupVersionKind = new GroupVersionKind("apps", "v1", "Deployment"),
            Labels = ImmutableDictionary<string, string>.Empty.Add("app", $"app-{workload}").Add("version", "v1"),
            PodCount = 1,
            DesiredReplicas = 1,
            CurrentReplicas = 1,
            AvailableReplicas = 1,
            HasSidecar = true,
        }).ToList();
        return new NamespaceInventory
        {
            Name = group.Key,
            Created = DateTimeOffset.UnixEpoch,
            Workloads = workloads.ToFrozenDictionary(workload => workload.Name),
            WorkloadsByApp = workloads.ToFrozenDictionary(workload => workload.Labels["app"], workload => ImmutableArray.Create(workload)),
            Services = group.ToFrozenDictionary(workload => $"app-{workload}", workload => new ServiceFacts
            {
                Namespace = group.Key,
                Name = $"app-{workload}",
                Labels = ImmutableDictionary<string, string>.Empty.Add("app", $"app-{workload}"),
                Definition = new Service(),
            }),
        };
    }

    private static byte[] Vector<T>(IEnumerable<T> series, Action<Utf8JsonWriter, T> writeLabels)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("status", "success");
            writer.WriteStartObject("data");
            writer.WriteString("resultType", "vector");
            writer.WriteStartArray("result");
            foreach (var item in series)
            {
                writer.WriteStartObject();
                writer.WriteStartObject("metric");
                writeLabels(writer, item);
                writer.WriteEndObject();
                writer.WriteStartArray("value");
                writer.WriteNumberValue(1795234165);
                writer.WriteStringValue("2.5");
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WritePeers(Utf8JsonWriter writer, int source, int target, bool withHost)
    {
        writer.WriteString("source_cluster", "Kubernetes");
        writer.WriteString("source_workload_namespace", NamespaceOf(source));
        writer.WriteString("source_workload", $"app-{source}-v1");
        writer.WriteString("source_canonical_service", $"app-{source}");
        writer.WriteString("source_canonical_revision", "v1");
        writer.WriteString("destination_cluster", "Kubernetes");
        writer.WriteString("destination_service_namespace", NamespaceOf(target));
        if (withHost)
        {
            writer.WriteString("destination_service", $"app-{target}.{NamespaceOf(target)}.svc.cluster.local");
        }

        writer.WriteString("destination_service_name", $"app-{target}");
        writer.WriteString("destination_workload_namespace", NamespaceOf(target));
        writer.WriteString("destination_workload", $"app-{target}-v1");
        writer.WriteString("destination_canonical_service", $"app-{target}");
        writer.WriteString("destination_canonical_revision", "v1");
    }
}
