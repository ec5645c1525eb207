using System.Collections.Immutable;
using System.Text.Json;
using Weft.Console.Inventory;
using Weft.Istio.Json;
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
            Namespaces = All<Namespace>("namespaces", KubernetesJson.Options),
            Pods = All<Pod>("pods", KubernetesJson.Options),
            Services = All<Service>("services", KubernetesJson.Options),
            Deployments = All<Deployment>("deployments.apps", KubernetesJson.Options),
            VirtualServices = All<Istio.Networking.VirtualService>("virtualservices.networking.istio.io", IstioJson.Options),
            DestinationRules = All<Istio.Networking.DestinationRule>("destinationrules.networking.istio.io", IstioJson.Options),
            ServiceEntries = All<Istio.Networking.ServiceEntry>("serviceentries.networking.istio.io", IstioJson.Options),
            WorkloadEntries = All<Istio.Networking.WorkloadEntry>("workloadentries.networking.istio.io", IstioJson.Options),
            Gateways = All<Istio.Networking.Gateway>("gateways.networking.istio.io", IstioJson.Options),
            WorkloadGroups = [.. state["workloadgroups.networking.istio.io"]!.AsArray().Select(item => new UntypedObject(item!.AsObject()))],
            K8sGateways = [.. state["gateways.gateway.networking.k8s.io"]!.AsArray().Select(item => new UntypedObject(item!.AsObject()))],
        };

        ImmutableArray<T> All<T>(string name, JsonSerializerOptions options) =>
            [.. state[name]!.AsArray().Select(item => item.Deserialize<T>(options)!)];
    }
}
