namespace Weft.Console.Graph.Telemetry;

/// <summary>Selectors of the traffic around one node, as Kiali 2.30 writes them.</summary>
internal static class FocusSelectors
{
    public static IEnumerable<string> Of(QueryScope scope, GraphFocus focus, TelemetryKind kind)
    {
        // What reaches a waypoint over HBONE is told by its callers, what leaves it by the called.
        var (called, calling) = scope.IsAroundWaypoint ? ("source", "destination") : ("destination", "source");
        var destination = kind == TelemetryKind.Tcp ? $"reporter=\"{called}\"" : scope.Destination;
        var source = kind == TelemetryKind.Tcp ? $"reporter=\"{calling}\"" : scope.Source;
        var ns = focus.Namespace;
        var name = PromText.Quote(focus.Name);
        var fromCluster = focus.Cluster is null ? "" : $",source_cluster={PromText.Quote(focus.Cluster)}";
        var toCluster = focus.Cluster is null ? "" : $",destination_cluster={PromText.Quote(focus.Cluster)}";
        switch (focus.Kind)
        {
            case FocusKind.Workload:
                yield return $"{destination},destination_workload_namespace=\"{ns}\",destination_workload={name}{toCluster}";
                yield return $"{source},source_workload_namespace=\"{ns}\",source_workload={name}{fromCluster}";
                break;
            case FocusKind.App:
                var versioned = focus.Version is not null && scope.Options.GraphType == GraphType.VersionedApp;
                var version = versioned ? PromText.Quote(focus.Version!) : "";
                yield return $"{destination},destination_service_namespace=\"{ns}\",destination_canonical_service={name}{(versioned ? $",destination_canonical_revision={version}" : "")}{toCluster}";
                yield return $"{source},source_workload_namespace=\"{ns}\",source_canonical_service={name}{(versioned ? $",source_canonical_revision={version}" : "")}{fromCluster}";
                break;
            case FocusKind.Service:
                var host = PromText.Quote($"^{PromText.Pattern(focus.Name)}\\.{ns}\\..*$");
                if (kind != TelemetryKind.Tcp)
                {
                    yield return $"{source},destination_workload=\"unknown\",destination_service=~{host}{toCluster}";
                }

                yield return $"{destination},destination_service_namespace=\"{ns}\",destination_service=~{host}{toCluster}";
                break;
            default:
                yield return OfAggregate(scope, focus);
                break;
        }
    }

    public static string OfAggregate(QueryScope scope, GraphFocus focus)
    {
        var service = focus.Service is null ? "" : $",destination_service_name={PromText.Quote(focus.Service)}";
        return $"{scope.Destination},destination_service_namespace=\"{focus.Namespace}\",{focus.Name}={PromText.Quote(focus.AggregateValue ?? "")}{service}";
    }
}
