using System.Collections.Immutable;
using Weft.Console.Graph.Model;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Appenders;

/// <summary>Gives nodes the labels of what they stand for, less those that say application and version: the node shows them itself.</summary>
internal sealed class LabelerAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => options.Wants(AppenderNames.Labeler);

    public void Apply(GraphContext context)
    {
        foreach (var node in context.Map.Nodes.Values)
        {
            if (!node.Marks.HasFlag(NodeMarks.Outside))
            {
                node.Labels = LabelsOf(context, node);
            }
        }
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(GraphContext context, TrafficNode node)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        switch (node.Type)
        {
            case NodeType.Service:
                AddService(context.FindService(node));
                break;
            case NodeType.Workload:
                AddWorkload(context.FindWorkload(node));
                break;
            case NodeType.App when NodeIdentity.IsKnown(node.Workload):
                AddWorkload(context.FindWorkload(node));
                break;
            case NodeType.App:
                AddApp();
                break;
        }

        return labels.ToImmutable();

        void AddApp()
        {
            foreach (var service in context.FindNamespace(node)?.Services.Values ?? [])
            {
                if (AppIdentity.Of(service.Labels).App == node.App)
                {
                    AddService(service);
                }
            }

            foreach (var workload in context.FindWorkloadsOfApp(node.Cluster, node.Namespace, node.App))
            {
                AddWorkload(workload);
            }
        }

        void AddService(ServiceFacts? service)
        {
            if (service is not null)
            {
                Add(service.Labels);
            }
        }

        void AddWorkload(WorkloadFacts? workload)
        {
            if (workload is not null)
            {
                Add(workload.Labels);
            }
        }

        void Add(ImmutableDictionary<string, string> source)
        {
            var identity = AppIdentity.Of(source);
            foreach (var (name, value) in source)
            {
                if (name != identity.AppLabel && name != identity.VersionLabel)
                {
                    labels[name] = value;
                }
            }
        }
    }
}
