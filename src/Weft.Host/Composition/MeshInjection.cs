using System.Text.Json;
using Weft.ControlPlane.Injection;
using Weft.Istio;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Yaml;

namespace Weft.Host.Composition;

/// <summary>What a cluster's mesh says of its sidecars.</summary>
internal static class MeshInjection
{
    /// <summary>As the mesh is configured now. A configuration that cannot be read is as none: pods start, and the control plane says what is wrong with it.</summary>
    public static async Task<InjectionSettings> ReadAsync(KubeClient kube, CancellationToken cancellationToken)
    {
        var settings = InjectionSettings.Default;
        var map = await kube.GetAsync(KubeResources.ConfigMaps, settings.RootNamespace, MeshConfig.ConfigMapName, cancellationToken);
        try
        {
            var configs = await kube.ListAsync(IstioResources.ProxyConfigs, null, cancellationToken);
            return settings with
            {
                Mesh = MeshConfig.Read(map?.Data.GetValueOrDefault(MeshConfig.ConfigMapKey)),
                ProxyConfigs = [.. configs.Items.OrderBy(config => config.Metadata.CreationTimestamp).ThenBy(config => config.Metadata.Name, StringComparer.Ordinal)],
            };
        }
        catch (Exception error) when (error is JsonException or YamlFormatException)
        {
            return settings;
        }
    }
}
