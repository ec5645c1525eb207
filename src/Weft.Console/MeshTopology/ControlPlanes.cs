using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Weft.Console.Inventory;
using Weft.Console.Metrics;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Watching;
using Weft.Kubernetes.Yaml;
using Weft.Observability.Metrics;
using Weft.Observability.Metrics.Queries;

namespace Weft.Console.MeshTopology;

/// <summary>Finds the control planes of the mesh. A part that nothing tells is left out; this never fails.</summary>
public sealed class ControlPlanes(SnapshotSource<MeshInventory> inventory, MetricsService metrics, TimeProvider time)
{
    private const string Application = "istiod";
    private const string RevisionLabel = "istio.io/rev";
    private const string RootCertificate = "istio-ca-root-cert";
    private const string RootCertificateKey = "root-cert.pem";
    private const string NetworksKey = "meshNetworks";

    public async Task<ImmutableArray<ControlPlane>> ReadAsync(CancellationToken cancellationToken)
    {
        var mesh = inventory.Current;
        var version = await VersionAsync(mesh, cancellationToken).ConfigureAwait(false);
        return [.. Workloads(mesh).Select(workload => Of(workload, mesh, version))];
    }

    /// <summary>The workloads that are control planes, by name.</summary>
    internal static IEnumerable<WorkloadFacts> Workloads(MeshInventory mesh) =>
        (mesh.FindNamespace(mesh.ControlPlaneNamespace)?.Workloads.Values ?? [])
            .Where(workload => workload.Identity.App == Application || workload.Name == Application)
            .OrderBy(workload => workload.Name, StringComparer.Ordinal);

    private static ControlPlane Of(WorkloadFacts workload, MeshInventory mesh, string? version)
    {
        var revision = workload.Labels.GetValueOrDefault(RevisionLabel, InjectionDecision.DefaultRevision);
        var config = mesh.ControlPlaneConfig.GetValueOrDefault(MeshConfig.ConfigMapName);
        return new ControlPlane
        {
            Workload = workload,
            Revision = revision,
            Version = version,
            State = MeshComponents.StateOf(workload),
            MeshConfig = Yaml(config, MeshConfig.ConfigMapKey),
            MeshNetworks = Yaml(config, NetworksKey),
            Certificates = mesh.ControlPlaneConfig.TryGetValue(RootCertificate, out var certificate) ? [Certificate(certificate)] : [],
            Resources = workload.Pods.SelectMany(pod => pod.Spec.Containers).Select(container => container.Resources).FirstOrDefault(),
            ManagedNamespaces = [.. mesh.Namespaces.Values.Where(ns => !ns.IsControlPlane && ns.Revision == revision).OrderBy(ns => ns.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>What <c>pilot_info</c> says. A label of the pod with the same name goes first there, and Prometheus renames the metric's own.</summary>
    private async Task<string?> VersionAsync(MeshInventory mesh, CancellationToken cancellationToken)
    {
        try
        {
            var query = new MetricSelector("pilot_info").Equal("namespace", mesh.ControlPlaneNamespace);
            var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
            var labels = (await metrics.ReadInstantAsync(query, now, cancellationToken).ConfigureAwait(false)).Select(sample => sample.Labels).FirstOrDefault();
            return labels is null ? null : new[] { labels["exported_version"], labels["version"] }.FirstOrDefault(text => text.Length > 0);
        }
        catch (MetricsQueryException)
        {
            return null;
        }
    }

    private static JsonObject Yaml(ConfigMap? map, string key)
    {
        try
        {
            var read = KubeYaml.Read(map?.Data.GetValueOrDefault(key, "") ?? "") is [var document, ..] ? document.Content as JsonObject : null;
            // What is empty says nothing.
            return new JsonObject((read ?? []).Where(pair => pair.Value is not JsonObject { Count: 0 }).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        }
        catch (YamlFormatException)
        {
            return [];
        }
    }

    private static CaCertificate Certificate(ConfigMap map)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(map.Data.GetValueOrDefault(RootCertificateKey, ""));
            return new CaCertificate(map.Metadata.Name, certificate.Issuer, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), "");
        }
        catch (CryptographicException failure)
        {
            return new CaCertificate(map.Metadata.Name, "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, failure.Message);
        }
    }
}
