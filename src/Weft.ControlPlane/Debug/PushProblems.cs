using System.Text.Json.Nodes;
using Weft.ControlPlane.Distribution;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Generation.Endpoints;
using Weft.Istio.Effective;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;
using EnvoyCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Weft.ControlPlane.Debug;

/// <summary>
/// What was wrong with the configuration before the newest, as istiod's push_status tells it (model.LastPushStatus): by the metric's name, then by what it is about.
/// Worked out when it is asked for.
/// </summary>
internal static class PushProblems
{
    public static JsonObject Of(EndedConfiguration? ended, IEnumerable<ConnectedProxy> connections)
    {
        if (ended is null)
        {
            return [];
        }

        var snapshot = MeshSnapshotBuilder.Build(ended.Objects);
        var views = connections.Where(connection => connection.ConnectedAt < ended.At).Select(connection => new ProxyView(snapshot, connection.Node));
        var problems = DuplicateSubsets.Of(snapshot.DestinationRules)
            .Select(found => new Problem("pilot_destrule_subsets", found.Host, "", $"Duplicate subset {found.Subset} found while merging destination rules for {found.Host}"))
            .Concat(views.SelectMany(Of));
        var page = new JsonObject();
        foreach (var metric in problems.GroupBy(problem => problem.Metric).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var keys = metric.GroupBy(problem => problem.Key).OrderBy(group => group.Key, StringComparer.Ordinal);
            page[metric.Key] = new JsonObject(keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Key, key.Last().Json())));
        }

        return page;
    }

    private static IEnumerable<Problem> Of(ProxyView view)
    {
        foreach (var assignment in EndpointGenerator.Of(view).Where(assignment => assignment.Endpoints.Count == 0))
        {
            yield return new Problem("pilot_eds_no_instances", assignment.ClusterName, "", "");
        }

        var unresolved = from service in view.Services
                         where service.Resolution is ServiceResolution.Dns or ServiceResolution.DnsRoundRobin
                         from port in service.Ports
                         from subset in SubsetsOf(view, service)
                         let assignment = EndpointGenerator.Of(view, service, port, subset)
                         where assignment.Endpoints.Count == 0
                         select (assignment.ClusterName, Type: service.Resolution == ServiceResolution.Dns ? EnvoyCluster.Types.DiscoveryType.StrictDns : EnvoyCluster.Types.DiscoveryType.LogicalDns);
        foreach (var (name, type) in unresolved)
        {
            var text = type == EnvoyCluster.Types.DiscoveryType.StrictDns ? "STRICT_DNS" : "LOGICAL_DNS";
            yield return new Problem("pilot_dns_cluster_without_endpoints", name, view.Node.PodId, $"{text} cluster without endpoints {name} found while pushing CDS");
        }
    }

    /// <summary>Null stands for the service as a whole.</summary>
    private static IEnumerable<Subset?> SubsetsOf(ProxyView view, MeshService service) => [null, .. view.RuleFor(service)?.Subsets ?? []];

    private sealed record Problem(string Metric, string Key, string Proxy, string Message)
    {
        public JsonObject Json()
        {
            var json = new JsonObject();
            if (Proxy.Length > 0)
            {
                json["proxy"] = Proxy;
            }

            if (Message.Length > 0)
            {
                json["message"] = Message;
            }

            return json;
        }
    }
}
