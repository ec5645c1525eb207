using Weft.Console.Graph.Model;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Appenders;

/// <summary>Names the WorkloadEntries behind a node, by application and version.</summary>
internal sealed class WorkloadEntryAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.WorkloadEntry);

    public void Apply(GraphContext context)
    {
        foreach (var node in context.Map.Nodes.Values)
        {
            if (node.Type is NodeType.App or NodeType.Workload && NodeIdentity.IsKnown(node.App) && NodeIdentity.IsKnown(node.Version))
            {
                node.WorkloadEntries = [.. (context.FindNamespace(node)?.WorkloadEntries ?? []).Where(entry => IsBehind(entry, node)).Select(entry => entry.Name)];
            }
        }
    }

    private static bool IsBehind(WorkloadEntryFacts entry, TrafficNode node)
    {
        var identity = AppIdentity.Of(entry.Labels);
        return identity.App == node.App && identity.Version == node.Version;
    }
}
