using System.Collections.Concurrent;
using Weft.Console.Graph.Model;

namespace Weft.Console.Graph;

/// <summary>
/// The hashed ids of nodes and edges, remembered from graph to graph: a mesh shows the same ones again and again.
/// Bounded; safe for parallel use.
/// </summary>
internal sealed class IdHashes
{
    private const int MaxRemembered = 100_000;

    private readonly ConcurrentDictionary<NodeId, string> _nodes = new();
    private readonly ConcurrentDictionary<(string Source, string Target, Protocol Protocol), string> _edges = new();

    public string OfNode(NodeId id)
    {
        Forget(_nodes);
        return _nodes.GetOrAdd(id, static id => id.Hash());
    }

    public string OfEdge(string source, string target, Protocol protocol)
    {
        Forget(_edges);
        return _edges.GetOrAdd((source, target, protocol), static key => NodeId.EdgeHash(key.Source, key.Target, key.Protocol));
    }

    private static void Forget<TKey>(ConcurrentDictionary<TKey, string> remembered)
        where TKey : notnull
    {
        // Count takes every lock of the dictionary; emptiness of the bound is checked now and then only.
        if (Random.Shared.Next(1024) == 0 && remembered.Count > MaxRemembered)
        {
            remembered.Clear();
        }
    }
}
