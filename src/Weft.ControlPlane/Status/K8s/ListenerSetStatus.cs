using System.Text.Json.Nodes;
using Weft.Istio.Effective;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>The status of a ListenerSet, as istiod writes it: whether its Gateway took it, and of each listener what a Gateway's tells of its own.</summary>
internal static class ListenerSetStatus
{
    public static JsonObject Of(K8sListenerSetOutcome outcome, K8sGatewayOutcome gateway, MeshSnapshot snapshot, JsonObject? present, DateTimeOffset now)
    {
        var generation = outcome.Set.Metadata.Generation;
        var status = present?.DeepClone().AsObject() ?? [];
        status["conditions"] = ConditionSet.Merge(present?["conditions"], Conditions(outcome, gateway, snapshot), generation, now);
        status["listeners"] = new JsonArray([.. outcome.Listeners.Select(listener => GatewayStatus.Listener(listener, present, generation, now))]);
        return status;
    }

    private static WantedCondition[] Conditions(K8sListenerSetOutcome outcome, K8sGatewayOutcome gateway, MeshSnapshot snapshot)
    {
        var addresses = GatewayAddresses.Of(gateway, outcome.Listeners, snapshot);
        return
        [
            WantedCondition.Of("Accepted", "Accepted", "Resource accepted", outcome.Refused),
            WantedCondition.Of(
                "Programmed", "Programmed", $"Resource programmed, assigned to service(s) {string.Join(", ", addresses.Internal)}", outcome.Refused ?? GatewayStatus.NotProgrammed(gateway, addresses)),
        ];
    }
}
