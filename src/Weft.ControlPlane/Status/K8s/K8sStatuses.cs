using System.Text.Json.Nodes;
using Weft.Istio.Effective.Translation;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>The status of one object, given the one that it has; null when there is nothing to say.</summary>
internal delegate JsonObject? StatusOf(JsonObject? present, DateTimeOffset now);

/// <summary>What the statuses of the Gateway API's objects should say, of all that are Istio's. Pure.</summary>
internal static class K8sStatuses
{
    public static IEnumerable<(ObjectReference Reference, string Uid, StatusOf Status)> Of(MeshSnapshot snapshot)
    {
        foreach (var item in snapshot.Objects.K8sGatewayClasses.Where(item => item.Spec.ControllerName == GatewayClasses.Controller))
        {
            yield return (ReferenceTo(item), item.Metadata.Uid ?? "", (present, now) => GatewayClassStatus.Of(item, present, now));
        }

        foreach (var gateway in snapshot.GatewayApi.Gateways)
        {
            yield return (ReferenceTo(gateway.Gateway), gateway.Gateway.Metadata.Uid ?? "", (present, now) => GatewayStatus.Of(gateway, snapshot, present, now));
            foreach (var set in gateway.Sets)
            {
                yield return (ReferenceTo(set.Set), set.Set.Metadata.Uid ?? "", (present, now) => ListenerSetStatus.Of(set, gateway, snapshot, present, now));
            }
        }

        foreach (var route in snapshot.GatewayApi.Routes)
        {
            yield return (ReferenceTo(route.Route), route.Route.Metadata.Uid ?? "", (present, now) => RouteStatus.Of(route, present, now));
        }

        foreach (var policy in snapshot.GatewayApi.BackendTls)
        {
            yield return (ReferenceTo(policy.Policy), policy.Policy.Metadata.Uid ?? "", (present, now) => BackendTlsStatus.Of(policy, present, now));
        }
    }

    private static ObjectReference ReferenceTo(IKubeObject item) => new(item.Kind, NamespacedName.Of(item));
}
