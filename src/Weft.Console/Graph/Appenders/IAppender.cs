using System.Collections.Immutable;
using Weft.Console.Graph.Model;
using Weft.Console.Graph.Telemetry;
using Weft.Console.Health;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Appenders;

/// <summary>
/// One step that adds to, or takes from, a map of traffic. Steps are pure: all telemetry has been fetched before the first one runs,
/// and each runs at most once, in the order that <see cref="GraphPipeline"/> lists.
/// </summary>
internal interface IAppender
{
    bool IsWanted(GraphOptions options);

    void Apply(GraphContext context);
}

/// <summary>What the steps of one graph share.</summary>
internal sealed class GraphContext(GraphOptions options, MeshInventory mesh, HealthRules healthRules, TrafficMap map, IReadOnlyList<TelemetryAnswer> answers)
{
    public GraphOptions Options => options;

    public MeshInventory Mesh => mesh;

    public HealthRules HealthRules => healthRules;

    public TrafficMap Map => map;

    public List<GraphBox> Boxes { get; } = [];

    /// <summary>What the cluster knows of a node's workload; nothing of one in another cluster.</summary>
    public WorkloadFacts? FindWorkload(TrafficNode node) =>
        NodeIdentity.IsKnown(node.Workload) && mesh.IsHome(node.Cluster) ? mesh.FindWorkload(node.Namespace, node.Workload) : null;

    public ServiceFacts? FindService(TrafficNode node) => mesh.IsHome(node.Cluster) ? mesh.FindService(node.Namespace, node.Service) : null;

    public NamespaceInventory? FindNamespace(TrafficNode node) => mesh.IsHome(node.Cluster) ? mesh.FindNamespace(node.Namespace) : null;

    public ImmutableArray<WorkloadFacts> FindWorkloadsOfApp(string cluster, string ns, string app) => mesh.IsHome(cluster) ? mesh.FindWorkloadsOfApp(ns, app) : [];

    public IEnumerable<TelemetryAnswer> AnswersOf(TelemetryKind kind) => answers.Where(answer => answer.Query.Kind == kind);

    public IEnumerable<TelemetrySample> SamplesOf(TelemetryKind kind)
    {
        foreach (var (query, vector) in answers)
        {
            if (query.Kind != kind)
            {
                continue;
            }

            for (var i = 0; i < vector.Count; i++)
            {
                if (vector[i] is var sample && !double.IsNaN(sample.Value))
                {
                    yield return sample;
                }
            }
        }
    }

    /// <summary>A first guess of how many of the samples differ: most traffic is reported by its source and by its destination.</summary>
    public int DistinctSamplesOf(TelemetryKind kind) => answers.Where(answer => answer.Query.Kind == kind).Sum(answer => answer.Vector.Count) / 2;
}

internal readonly record struct TelemetryAnswer(GraphQuery Query, IReadOnlyList<TelemetrySample> Vector);
