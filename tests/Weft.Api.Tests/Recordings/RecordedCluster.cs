using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Console.Inventory;
using Weft.Console.IstioConfig;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Api.Recordings;

/// <summary>The cluster of the recordings.</summary>
internal static class RecordedCluster
{
    private static readonly Lazy<MeshInventory> Recorded = new(() => MeshInventoryBuilder.Build(Objects(), "Kubernetes", "istio-system"));

    public static MeshInventory Inventory => Recorded.Value;

    public static InventoryObjects Objects()
    {
        var state = Recording.Read("cluster.json.br");
        return new InventoryObjects
        {
            Namespaces = All<Namespace>("namespaces"),
            Pods = All<Pod>("pods"),
            Services = All<Service>("services"),
            Deployments = All<Deployment>("deployments.apps"),
            EndpointSlices = All<EndpointSlice>("endpointslices.discovery.k8s.io"),
            ControlPlaneConfig = [.. All<ConfigMap>("configmaps").Where(map => map.Metadata.Namespace == "istio-system")],
            Configuration = new ConfigInventory(ConfigKinds.All.Select(resource => KeyValuePair.Create(resource.GroupVersionKind, All<UntypedObject>(NameOf(resource))))),
        };

        ImmutableArray<T> All<T>(string name) =>
            [.. (state[name] as JsonArray ?? []).Select(item => item.Deserialize(KubernetesJson.Options.TypeInfoOf<T>())!)];
    }

    /// <summary>The name of a collection in the recording.</summary>
    public static string NameOf(KubeResource<UntypedObject> resource) => resource.Group.Length == 0 ? resource.Plural : $"{resource.Plural}.{resource.Group}";
}
