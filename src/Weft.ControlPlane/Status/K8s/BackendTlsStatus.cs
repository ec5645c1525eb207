using System.Text.Json.Nodes;
using Weft.Istio.Effective;
using Weft.Istio.Effective.Translation;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>The status of a BackendTLSPolicy, as istiod writes it: for each target, as the mesh heeds it, and for each Gateway whose routes lead to one. What other controllers say stays.</summary>
internal static class BackendTlsStatus
{
    private const string MeshController = "istio.io/mesh-controller";

    /// <summary>The Gateway API's limit.</summary>
    private const int MostAncestors = 16;

    public static JsonObject Of(K8sBackendTlsOutcome outcome, JsonObject? present, DateTimeOffset now)
    {
        var before = (present?["ancestors"] as JsonArray ?? []).OfType<JsonObject>().ToLookup(IsOwn);
        var own = outcome.Targets.Select(target => (Reference: TargetReference(target.Target), Controller: MeshController, Target: target))
            .Concat(outcome.Targets.SelectMany(target => target.Gateways.Select(gateway => (Name: gateway, Target: target))).GroupBy(item => item.Name)
                .Select(group => (Reference: GatewayReference(group.Key, outcome.Policy), Controller: GatewayClasses.Controller, group.First().Target)))
            .Select(item => Ancestor(item.Reference, item.Controller, Conditions(outcome, item.Target), before[true], outcome.Policy.Metadata.Generation, now));
        var status = present?.DeepClone().AsObject() ?? [];
        status["ancestors"] = new JsonArray([.. before[false].Select(ancestor => ancestor.DeepClone()).Concat(own).Take(MostAncestors)]);
        return status;
    }

    private static bool IsOwn(JsonObject ancestor) => ancestor["controllerName"]?.ToString() is MeshController or GatewayClasses.Controller;

    private static WantedCondition[] Conditions(K8sBackendTlsOutcome outcome, K8sPolicyTargetOutcome target) =>
    [
        WantedCondition.Of("Accepted", "Accepted", "Configuration is valid", target.Refused),
        WantedCondition.Of("ResolvedRefs", "ResolvedRefs", "Configuration is valid", outcome.Unresolved),
    ];

    private static JsonObject Ancestor(JsonObject reference, string controller, WantedCondition[] conditions, IEnumerable<JsonObject> present, long generation, DateTimeOffset now)
    {
        var before = present.FirstOrDefault(ancestor => JsonNode.DeepEquals(ancestor["ancestorRef"], reference));
        return new JsonObject
        {
            ["ancestorRef"] = reference,
            ["conditions"] = ConditionSet.Merge(before?["conditions"], conditions, generation, now),
            ["controllerName"] = controller,
        };
    }

    private static JsonObject TargetReference(K8sPolicyTarget target)
    {
        var reference = new JsonObject { ["group"] = target.Group, ["kind"] = target.Kind, ["name"] = target.Name };
        if (target.SectionName is { } section)
        {
            reference["sectionName"] = section;
        }

        return reference;
    }

    private static JsonObject GatewayReference(NamespacedName gateway, K8sBackendTlsPolicy policy)
    {
        var reference = new JsonObject { ["group"] = "gateway.networking.k8s.io", ["kind"] = "Gateway", ["name"] = gateway.Name };
        if (gateway.Namespace != policy.Metadata.Namespace)
        {
            reference["namespace"] = gateway.Namespace;
        }

        return reference;
    }
}
