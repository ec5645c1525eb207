using Weft.Console.Graph.Model;
using Weft.Console.Inventory;

namespace Weft.Console.Graph.Appenders;

/// <summary>Adds what the asked namespaces define but nobody calls. As in Kiali only where service nodes are shown.</summary>
internal sealed class IdleNodeAppender : IAppender
{
    public bool IsWanted(GraphOptions options) => 
        options.Wants(AppenderNames.IdleNode) && options.InjectServiceNodes && options.Focus is null or { Kind: FocusKind.Aggregate, Service: null };

    public void Apply(GraphContext context)
    {
        foreach (var name in context.Options.Namespaces)
        {
            if (context.Mesh.FindNamespace(name) is { } ns)
            {
                AddServices(context, ns);
                AddWorkloads(context, ns);
            }
        }
    }

    private static void AddServices(GraphContext context, NamespaceInventory ns)
    {
        var hosts = context.Mesh.ServiceEntries.Where(entry => entry.Namespace == ns.Name).SelectMany(entry => entry.Hosts);
        foreach (var service in ns.Services.Keys.Concat(hosts))
        {
            Add(context, NodeIdentity.ServiceNode(context.Mesh.Cluster, ns.Name, service));
        }
    }

    private static void AddWorkloads(GraphContext context, NamespaceInventory ns)
    {
        if (context.Options.GraphType == GraphType.Service)
        {
            return;
        }

        foreach (var workload in ns.Workloads.Values)
        {
            var app = workload.Identity;
            if (NodeIdentity.Of(
                context.Options.GraphType,
                context.Mesh.Cluster,
                ns.Name,
                "",
                ns.Name,
                workload.Name,
                app.App ?? NodeIdentity.Unknown,
                app.Version ?? NodeIdentity.Unknown) is { } identity)
            {
                Add(context, identity);
            }
        }
    }

    private static void Add(GraphContext context, in NodeIdentity identity)
    {
        if (context.Map.Find(identity.Id) is null)
        {
            context.Map.GetOrAdd(identity).Marks |= NodeMarks.Idle;
        }
    }
}
