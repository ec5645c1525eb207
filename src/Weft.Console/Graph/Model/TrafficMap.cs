namespace Weft.Console.Graph.Model;

/// <summary>The nodes of a graph while it is being made.</summary>
internal sealed class TrafficMap
{
    public Dictionary<NodeId, TrafficNode> Nodes { get; } = [];

    public TrafficNode? Find(in NodeId id) => Nodes.GetValueOrDefault(id);

    public IEnumerable<TrafficEdge> Edges => Nodes.Values.SelectMany(node => node.Out.Values);

    /// <summary>The node of a peer, made when it is not there yet.</summary>
    public TrafficNode GetOrAdd(in NodeIdentity identity)
    {
        if (!Nodes.TryGetValue(identity.Id, out var node))
        {
            Nodes[identity.Id] = node = identity.ToNode();
        }

        return node;
    }
}
