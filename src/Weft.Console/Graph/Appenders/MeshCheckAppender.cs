using System.Collections.Immutable;
using Weft.Console.Graph.Model;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Appenders;

/// <summary>Marks nodes whose pods are not part of the mesh.</summary>
internal sealed class MeshCheckAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.MeshCheck) || options.Wants(AppenderNames.SidecarsCheck);

    public void Apply(GraphContext context)
    {
        foreach (var node in context.Map.Nodes.Values)
        {
            if (node.Type is NodeType.App or NodeType.Workload && node.Namespace != context.Mesh.ControlPlaneNamespace)
            {
                Mark(node, WorkloadsOf(context, node));
            }
        }
    }

    private static ImmutableArray<WorkloadFacts> WorkloadsOf(GraphContext context, TrafficNode node) =>
        NodeIdentity.IsKnown(node.Workload)
            ? context.FindWorkload(node) is { } workload ? [workload] : []
            : context.FindWorkloadsOfApp(node.Cluster, node.Namespace, node.App);

    private static void Mark(TrafficNode node, ImmutableArray<WorkloadFacts> workloads)
    {
        if (node.Marks.HasFlag(NodeMarks.Waypoint))
        {
            node.Marks |= NodeMarks.Ambient;
            return;
        }

        if (workloads.Any(workload => !workload.HasSidecar && !workload.IsAmbient && !workload.IsGateway))
        {
            node.Marks |= NodeMarks.OutOfMesh;
        }

        if (!workloads.IsEmpty && workloads.All(workload => workload.IsAmbient))
        {
            node.Marks |= NodeMarks.Ambient;
        }
    }
}
