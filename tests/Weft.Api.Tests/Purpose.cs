using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>Where our answers differ from Kiali's on purpose (docs/compatibility.md): both are brought to the same form, so that all else is compared.</summary>
internal static class Purpose
{
    /// <summary>Lists that Kiali 2.30 does not read in their bare form, but later ones do, and we.</summary>
    private static readonly string[] UnreadLists = ["filters", "byLabels", "quantiles"];

    /// <summary>The request as we must get it to answer what Kiali answered.</summary>
    public static string Url(RecordedAnswer recorded)
    {
        var parts = recorded.Url.Split('?', 2);
        return parts.Length == 1 ? recorded.Url : $"{parts[0]}?{string.Join('&', parts[1].Split('&').Where(part => !UnreadLists.Contains(part.Split('=')[0])))}";
    }

    /// <summary>What Kiali answers to outbound traffic of a service is that of the whole mesh: ours is what its callers send.</summary>
    public static bool IsCompared(string name) => RecordedAnswer.All[name].Url is var url
        && !(url.StartsWith("/api/namespaces/", StringComparison.Ordinal) && url.Contains("/services/", StringComparison.Ordinal) && (url.Contains("/metrics", StringComparison.Ordinal) || url.Contains("/dashboard", StringComparison.Ordinal))
            && !url.Contains("direction=inbound", StringComparison.Ordinal) && RecordedAnswer.All[name].Status == 200)
        && !url.Contains("ambientTraffic=ztunnel", StringComparison.Ordinal)
        // Go reads a semicolon as the end of a query: Kiali filters nothing then. A selector of a label's presence it cannot read.
        && !url.Contains("objects=networking", StringComparison.Ordinal) && !url.Contains("labelSelector=kiali_wizard", StringComparison.Ordinal)
        // Unknown namespaces have nothing, not something empty; an unknown path is an error like any other.
        && name is not ("errors/e029_clusters_health_namespaces=nope_type=app" or "common/istio_permissions_namespaces=nope" or "errors/e000_nope")
        // Of the pages, not of the API; counters of Kiali's own tests; and a tracing backend that the recorded Kiali could not ask.
        && name is not ("common/env.js" or "common/test_metrics_health_status" or "common/tracing_diagnose" or "common/post_tracing_check" or "common/post_tracing_check_bad")
        // How often results were shared until now.
        && name is not ("common/test_metrics_graph_cache" or "common/test_metrics_health_cache")
        // Up to the time of the recording, when there were no samples any more.
        && !(url.Contains("/customdashboard/go", StringComparison.Ordinal) && !url.Contains("queryTime", StringComparison.Ordinal));

    /// <summary>The status that we answer with: 500 is for faults of our own.</summary>
    public static int Status(RecordedAnswer recorded) => (recorded.Status, recorded.Name) switch
    {
        (500, "bookinfo/post_stats_bad" or "bookinfo/pod_logs_container=none" or "bookinfo/pod_logs_container=productpage_maxLines=bad") => 400,
        (500, "common/mesh_graph_configVendor=bad") => 400,
        (500, "common/chat_session_usage") => 503,
        (500, var name) when name.Contains("rateInterval", StringComparison.Ordinal) => 400,
        (500, _) => 404,
        _ => recorded.Status,
    };

    public static JsonNode? Expected(RecordedAnswer recorded) => Normalized(recorded, recorded.Body);

    public static JsonNode? Comparable(RecordedAnswer recorded, JsonNode? ours) => Normalized(recorded, ours);

    private static JsonNode? Normalized(RecordedAnswer recorded, JsonNode? answer)
    {
        answer = answer?.DeepClone();
        if (answer is JsonObject graph && graph.ContainsKey("meshNames"))
        {
            return MeshGraphText.Of(answer);
        }

        Walk(answer, node => Adjust(recorded, node));
        return answer;
    }

    private static void Adjust(RecordedAnswer recorded, JsonObject node)
    {
        if (recorded.Name is "bookinfo/post_stats_notjson" or "errors/e037_namespaces_bookinfo_info_clusterName=nope")
        {
            // Words of Go's parser, and of another part of Kiali.
            node.Remove("error");
        }

        if (node["name"]?.ToString() == "Proxy Push Time")
        {
            // Kiali charts the rate of pushes as if it were their time.
            node.Remove("metrics");
        }

        if (node["accessLog"] is JsonObject log)
        {
            // Kiali misreads the fields that Istio has added: it takes the details for flags.
            foreach (var field in new[] { "response_flags", "response_code_details", "connection_termination_details", "upstream_failure_reason", "upstream_service_time", "tcp_service_time" })
            {
                log.Remove(field);
            }
        }

        if (node["match"]?.ToString() is { } match && match.StartsWith("regex ", StringComparison.Ordinal))
        {
            // Kiali prints a map of Go.
            node.Remove("match");
        }

        if (recorded.Name.StartsWith("bookinfo/pod_logs", StringComparison.Ordinal) && node["error"]?.ToString() is { } error)
        {
            // Without the words of Go's parser.
            node["error"] = error.Split(':')[0];
        }

        if (node.ContainsKey("objectReferences"))
        {
            foreach (var field in new[] { "objectReferences", "serviceReferences", "workloadReferences" })
            {
                // Kiali answers with null or with nothing in it, by kind.
                node[field] ??= new JsonArray();
            }
        }

        if (recorded.Url.Contains("/RequestAuthentication/", StringComparison.Ordinal) || recorded.Url.Contains("/Telemetry/", StringComparison.Ordinal))
        {
            // Kiali does not look for theirs.
            node.Remove("references");
        }

        // Where the cluster was, and what another part of Kiali says of a bad vendor.
        node.Remove("apiEndpoint");
        if (recorded.Name == "common/mesh_graph_configVendor=bad")
        {
            node.Remove("error");
            node.Remove("detail");
        }

        if (recorded.Name is "common/api" or "common/status" && node["Kiali state"] is not null)
        {
            // Of which build.
            node.Remove("Kiali commit hash");
            node.Remove("Weft version");
        }

        if (recorded.Name == "common/config")
        {
            // Kiali counts its default tolerances up; and nothing is written yet.
            foreach (var field in new[] { "healthConfig", "istioAnnotationAction", "istioInjectionAction" })
            {
                node.Remove(field);
            }
        }

        if (node.ContainsKey("objectCount"))
        {
            // Nothing is validated yet: Kiali counts what was.
            foreach (var field in new[] { "errors", "warnings", "objectCount" })
            {
                node.Remove(field);
            }
        }

        // Our words for help are our own.
        node.Remove("help");
        node.Remove("validation");
        // Nothing is validated yet.
        node.Remove("validations");
        WithoutDefaults(node);
        if (node["istioReferences"] is JsonArray references && recorded.Url.Contains("/apps", StringComparison.Ordinal))
        {
            // Kiali shows every gateway that any route of the namespace uses on every app with a service.
            Remove(references, reference => reference?["objectGVK"]?["Kind"]?.ToString() == "Gateway");
            // And VirtualServices, but no routes of the Gateway API.
            Remove(references, reference => reference?["objectGVK"]?["Kind"]?.ToString() is "HTTPRoute" or "GRPCRoute");
        }

        if (recorded.Name == "common/overview_metrics_services_rates" && node["services"] is JsonArray services)
        {
            // Kiali ranks no hosts outside the mesh whose ServiceEntry the telemetry does not name, and so has room for one more.
            Remove(services, service => service?["serviceName"]?.ToString() == "www.googleapis.com");
            node["services"] = new JsonArray([.. services.Take(5).Select(service => service!.DeepClone())]);
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

        if (!recorded.Name.Contains("/detail_", StringComparison.Ordinal))
        {
            // Kiali's lists have no rates of gateways; its details do.
            WithoutHealthOf("istio-ingressgateway", node);
            // Kiali's lists count what is called from or by an application of the same name in another namespace.
            WithoutHealthOf("travels", node);
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

        if (node["workloads"] is JsonArray workloads && node.ContainsKey("subServices"))
        {
            // Kiali counts every WorkloadGroup of the namespace to every service.
            Remove(workloads, workload => workload?["gvk"]?["Kind"]?.ToString() == "WorkloadGroup");
        }
    }

    /// <summary>Of an item of a list, of health by names and of the overview's ranking.</summary>
    private static void WithoutHealthOf(string app, JsonObject node)
    {
        if (node[app] is JsonObject named && named.ContainsKey("requests"))
        {
            node.Remove(app);
        }

        if (node["name"]?.ToString() == app)
        {
            node.Remove("health");
        }

        if (node["apps"] is JsonArray ranked)
        {
            Remove(ranked, item => item?["appName"]?.ToString() == app);
            // Kiali leaves open which of those with as much traffic comes first.
            node["apps"] = new JsonArray([.. ranked.OrderBy(item => $"{item!["namespace"]}/{item["appName"]}", StringComparer.Ordinal).Select(item => item!.DeepClone())]);
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

        node["metadata"]!.AsObject().Remove("managedFields");
        Walk(spec, part =>
        {
            foreach (var (field, value) in part.ToList())
            {
                if ((field, value?.ToString()) is ("action", "ALLOW") or ("mode", "DISABLE" or "REGISTRY_ONLY"))
                {
                    part.Remove(field);
                }
            }
        });
        RemoveEmpty(node);
        if (node["kind"]?.ToString() == "ReferenceGrant")
        {
            // The recorded cluster was asked for its newest version.
            node.Remove("apiVersion");
        }
    }

    private static void RemoveEmpty(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject found:
                foreach (var (name, value) in found.ToList())
                {
                    RemoveEmpty(value);
                    if (value is JsonObject { Count: 0 } or JsonArray { Count: 0 })
                    {
                        found.Remove(name);
                    }
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    RemoveEmpty(item);
                }

                break;
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
