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
                Mark(node, WorkloadsOf(context.Mesh, node));
            }
        }
    }

    internal static IReadOnlyList<WorkloadFacts> WorkloadsOf(MeshInventory mesh, TrafficNode node) =>
        NodeIdentity.IsKnown(node.Workload)
            ? mesh.FindWorkload(node.Namespace, node.Workload) is { } workload ? [workload] : []
            : mesh.FindWorkloadsOfApp(node.Namespace, node.App);

    private static void Mark(TrafficNode node, IReadOnlyList<WorkloadFacts> workloads)
    {
        if (workloads.Any(workload => !workload.HasSidecar && !workload.IsAmbient && !workload.IsGateway))
        {
            node.Marks |= NodeMarks.OutOfMesh;
        }

        if (workloads.Count > 0 && workloads.All(workload => workload.IsAmbient))
        {
            node.Marks |= NodeMarks.Ambient;
        }
    }
}
