using Weft.Console.Health;

namespace Weft.Console.Graph.Model;

/// <summary>A frame around nodes of one application, namespace or cluster, while its graph is being made.</summary>
internal sealed class GraphBox(BoxBy kind, NodeId id)
{
    public BoxBy Kind => kind;

    public NodeId Id => id;

    public GraphBox? Parent { get; set; }

    public NodeMarks Marks { get; set; }

    public NodeHealth? Health { get; set; }

    public List<TrafficNode> Members { get; } = [];
}
