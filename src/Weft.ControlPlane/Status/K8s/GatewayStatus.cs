using System.Net;
using System.Text.Json.Nodes;
using Weft.Istio.Effective;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Status.K8s;

/// <summary>The status of a Gateway of the Gateway API, as istiod writes it.</summary>
internal static class GatewayStatus
{
    private const string Group = "gateway.networking.k8s.io";
    private const string AddressTypeAnnotation = "networking.istio.io/address-type";

    public static JsonObject Of(K8sGatewayOutcome outcome, MeshSnapshot snapshot, JsonObject? present, DateTimeOffset now)
    {
        var addresses = GatewayAddresses.Of(outcome, outcome.AllListeners, snapshot);
        var generation = outcome.Gateway.Metadata.Generation;
        var status = present?.DeepClone().AsObject() ?? [];
        status["conditions"] = ConditionSet.Merge(present?["conditions"], Conditions(outcome, addresses), generation, now);
        status["attachedListenerSets"] = outcome.Sets.Count(set => set.Refused is null);
        status["listeners"] = new JsonArray([.. outcome.Listeners.Select(listener => Listener(listener, present, generation, now))]);
        if (AddressesOf(outcome, addresses) is { Count: > 0 } told)
        {
            // Once an address was told it stays until there is another.
            status["addresses"] = new JsonArray([.. told.Select(address => new JsonObject { ["type"] = IPAddress.TryParse(address, out _) ? "IPAddress" : "Hostname", ["value"] = address })]);
        }

        return status;
    }

    private static WantedCondition[] Conditions(K8sGatewayOutcome outcome, GatewayAddresses addresses) =>
    [
        WantedCondition.Of("Accepted", "Accepted", "Resource accepted", outcome.Refused),
        WantedCondition.Of("Programmed", "Programmed", $"Resource programmed, assigned to service(s) {string.Join(", ", addresses.Internal)}", NotProgrammed(outcome, addresses)),
    ];

    internal static K8sProblem? NotProgrammed(K8sGatewayOutcome outcome, GatewayAddresses addresses)
    {
        if (outcome.Services.IsEmpty)
        {
            return new K8sProblem("UnsupportedAddress", "Failed to assign to any requested addresses");
        }

        var missing = string.Join("; ", addresses.Missing);
        return addresses.Missing.IsEmpty ? null : new K8sProblem(
            addresses.AllExist ? "AddressNotAssigned" : "AddressNotUsable",
            addresses.Internal.IsEmpty
                ? $"Failed to assign to any requested addresses: {missing}"
                : $"Assigned to service(s) {string.Join(", ", addresses.Internal)}, but failed to assign to all requested addresses: {missing}");
    }

    /// <summary>Those of load balancers, else the Service's own, by its name or as the annotation says.</summary>
    private static List<string> AddressesOf(K8sGatewayOutcome outcome, GatewayAddresses addresses)
    {
        if (!addresses.External.IsEmpty || addresses.Internal.IsEmpty)
        {
            return [.. addresses.External];
        }

        return outcome.Gateway.Metadata.Annotations.GetValueOrDefault(AddressTypeAnnotation) == "IPAddress"
            ? [.. addresses.Cluster]
            : [.. addresses.Internal.Select(address => address[..address.LastIndexOf(':')]).Distinct()];
    }

    internal static JsonObject Listener(K8sListenerOutcome outcome, JsonObject? present, long generation, DateTimeOffset now)
    {
        var name = outcome.Listener.Name;
        var before = (present?["listeners"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(item => item["name"]?.ToString() == name);
        return new JsonObject
        {
            ["attachedRoutes"] = outcome.AttachedRoutes,
            ["conditions"] = ConditionSet.Merge(before?["conditions"], Conditions(outcome), generation, now),
            ["name"] = name,
            ["supportedKinds"] = new JsonArray([.. outcome.Kinds.Select(kind => new JsonObject { ["group"] = Group, ["kind"] = kind })]),
        };
    }

    private static WantedCondition[] Conditions(K8sListenerOutcome outcome)
    {
        const string Fine = "No errors found";
        var refused = outcome.Refused ?? outcome.Conflict;
        var unresolved = outcome.AsksForUnknownKinds ? new K8sProblem("InvalidRouteKinds", "allowedRoutes.kinds names a kind that the listener cannot take") : outcome.Unresolved;
        var notServed = refused is not null ? new K8sProblem("Invalid", refused.Message)
            : outcome.Unresolved is { } tls ? new K8sProblem("Invalid", $"Bad TLS configuration: {tls.Message}")
            : null;
        return
        [
            WantedCondition.Of("Accepted", "Accepted", Fine, refused),
            outcome.Conflict is { } conflict ? new WantedCondition("Conflicted", "True", conflict.Reason, conflict.Message) : new WantedCondition("Conflicted", "False", "NoConflicts", Fine),
            WantedCondition.Of("Programmed", "Programmed", Fine, notServed),
            WantedCondition.Of("ResolvedRefs", "ResolvedRefs", Fine, unresolved),
        ];
    }
}
