using Weft.Api.Config;
using Weft.Api.Namespaces;
using Weft.Api.Pods;
using Weft.Api.Status;
using Weft.Console;
using Weft.Console.MeshTopology;
using Weft.Kubernetes.Objects;

namespace Weft.Api.MeshTopology;

internal static class ControlPlaneMapping
{
    public static ControlPlaneDto ToDto(this ControlPlane plane, ConsoleOptions options)
    {
        var cluster = ConfigMapping.Cluster(options);
        var config = new ConfigMapDto(plane.MeshConfig, plane.MeshNetworks);
        return new ControlPlaneDto
        {
            Cluster = cluster,
            Config = new ControlPlaneConfigDto(
                [.. plane.Certificates.Select(ToDto)], new EffectiveConfigDto(config), new StandardConfigDto(options.Cluster, config, "istio", plane.Workload.Namespace)),
            Id = options.Cluster,
            IstiodName = plane.Workload.Name,
            IstiodNamespace = plane.Workload.Namespace,
            ManagedClusters = [cluster],
            ManagedNamespaces = [.. plane.ManagedNamespaces.Select(ns => NamespaceEndpoints.ToDto(ns, options.Cluster))],
            Resources = ToDto(plane.Resources),
            Revision = plane.Revision,
            RootNamespace = plane.MeshConfig["rootNamespace"]?.ToString() ?? plane.Workload.Namespace,
            Status = plane.State.ToString(),
            Version = plane.Version is { } version ? new VersionDto("Istio", version, new TempoConfigDto()) : null,
        };
    }

    private static CertificateDto ToDto(CaCertificate certificate) => new()
    {
        ConfigMapName = certificate.ConfigMap,
        Issuer = certificate.Issuer,
        NotBefore = PodMapping.Time(certificate.NotBefore),
        NotAfter = PodMapping.Time(certificate.NotAfter),
        Error = certificate.Error,
        Accessible = certificate.Error.Length == 0,
    };

    private static ResourcesDto ToDto(ResourceRequirements? resources) => new()
    {
        Requests = resources is { Requests.Count: > 0 } ? resources.Requests.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()) : null,
        Limits = resources is { Limits.Count: > 0 } ? resources.Limits.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()) : null,
    };
}
