using System.Text.Json.Nodes;
using Weft.Istio.Effective;
using Weft.Istio.Effective.Translation;
using Weft.Istio.GatewayApi;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>The status of a route of the Gateway API: what came of each parent. What other controllers say of theirs stays.</summary>
internal static class RouteStatus
{
    /// <summary>Null when there is nothing to say: no parent is Istio's, and none was before.</summary>
    public static JsonObject? Of(K8sRouteOutcome outcome, JsonObject? present, DateTimeOffset now)
    {
        var before = (present?["parents"] as JsonArray ?? []).OfType<JsonObject>().ToLookup(parent => parent["controllerName"]?.ToString() == GatewayClasses.Controller);
        if (outcome.Parents.IsEmpty && !before.Contains(true))
        {
            return null;
        }

        var status = present?.DeepClone().AsObject() ?? [];
        var own = outcome.Parents.Select(parent => Parent(parent, before[true], outcome.Route.Metadata.Generation, now));
        status["parents"] = new JsonArray([.. before[false].Select(parent => parent.DeepClone()), .. own]);
        return status;
    }

    private static JsonObject Parent(K8sParentOutcome outcome, IEnumerable<JsonObject> present, long generation, DateTimeOffset now)
    {
        var reference = Reference(outcome.Reference);
        var before = present.FirstOrDefault(parent => JsonNode.DeepEquals(parent["parentRef"], reference));
        return new JsonObject
        {
            ["conditions"] = ConditionSet.Merge(before?["conditions"], Conditions(outcome), generation, now),
            ["controllerName"] = GatewayClasses.Controller,
            ["parentRef"] = reference,
        };
    }

    private static WantedCondition[] Conditions(K8sParentOutcome outcome) =>
    [
        WantedCondition.Of("Accepted", "Accepted", outcome.Bound > 1 ? $"Route was valid, bound to {outcome.Bound} parents" : "Route was valid", outcome.Denied),
        WantedCondition.Of("ResolvedRefs", "ResolvedRefs", "All references resolved", outcome.Unresolved),
    ];

    private static JsonObject Reference(K8sParentReference parent)
    {
        var reference = new JsonObject { ["group"] = parent.Group ?? "gateway.networking.k8s.io", ["kind"] = parent.Kind ?? "Gateway", ["name"] = parent.Name };
        if (parent.Namespace is { } @namespace)
        {
            reference["namespace"] = @namespace;
        }

        if (parent.SectionName is { } section)
        {
            reference["sectionName"] = section;
        }

        if (parent.Port is { } port)
        {
            reference["port"] = port;
        }

        return reference;
    }
}
