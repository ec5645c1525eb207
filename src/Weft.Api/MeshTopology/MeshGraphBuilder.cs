using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Weft.Api.MeshTopology;

/// <summary>Gathers the nodes and edges of a mesh graph: boxes come from what is in them, ids from names.</summary>
internal sealed class MeshGraphBuilder(string cluster, string? clusterVersion, JsonNode? clusterData)
{
    private const string External = "_external_";

    private readonly Dictionary<string, MeshNodeDto> _boxes = [];
    private readonly List<MeshNodeDto> _nodes = [];
    private readonly List<MeshEdgeDto> _edges = [];

    /// <summary>A part within the cluster, in a namespace or (when that is empty) in none. Returns its id.</summary>
    public string Add(string type, string name, string @namespace, string? version, string health, JsonNode? data) =>
        Add(new MeshNodeDto
        {
            Id = IdOf(cluster, @namespace, name, version),
            Parent = @namespace.Length == 0 ? ClusterBox() : NamespaceBox(@namespace),
            Cluster = cluster,
            InfraName = name,
            InfraType = type,
            Namespace = @namespace,
            NodeType = "infra",
            HealthData = health,
            InfraData = data,
            Version = version,
        });

    /// <summary>A part that runs outside of the cluster, as far as anybody can tell.</summary>
    public string AddExternal(string type, string name, string? version, string health, JsonNode? data) =>
        Add(new MeshNodeDto
        {
            Id = IdOf(External, "", name, version),
            Parent = ExternalBox(),
            Cluster = External,
            InfraName = name,
            InfraType = type,
            Namespace = "",
            NodeType = "infra",
            HealthData = health,
            InfraData = data,
            IsExternal = true,
            IsInaccessible = true,
            Version = version,
        });

    public void Connect(string source, string target) => _edges.Add(new MeshEdgeDto(Hash($"{source}.{target}"), source, target));

    /// <summary>Boxes of clusters, then of namespaces, then what is in them, by cluster, namespace and name.</summary>
    public MeshElementsDto Build() => new(
        [
            .. _boxes.Values.OrderBy(box => box.IsBox, StringComparer.Ordinal).ThenBy(box => box.Cluster, StringComparer.Ordinal).ThenBy(box => box.Namespace, StringComparer.Ordinal)
                .Concat(_nodes.OrderBy(node => node.Cluster, StringComparer.Ordinal).ThenBy(node => node.Namespace, StringComparer.Ordinal).ThenBy(node => node.InfraName, StringComparer.Ordinal))
                .Select(node => new MeshElementDto<MeshNodeDto>(node)),
        ],
        [.. _edges.OrderBy(edge => edge.Source, StringComparer.Ordinal).ThenBy(edge => edge.Target, StringComparer.Ordinal).Select(edge => new MeshElementDto<MeshEdgeDto>(edge))]);

    private string Add(MeshNodeDto node)
    {
        _nodes.Add(node);
        return node.Id;
    }

    private string ClusterBox() => Box(new MeshNodeDto
    {
        Id = IdOf(cluster, "", cluster, clusterVersion),
        Cluster = cluster,
        InfraName = cluster,
        InfraType = "cluster",
        Namespace = "",
        NodeType = "box",
        HealthData = "Healthy",
        InfraData = clusterData,
        IsBox = "cluster",
        Version = clusterVersion,
    });

    private string ExternalBox() => Box(new MeshNodeDto
    {
        Id = Hash($"box_{External}"),
        Cluster = External,
        InfraName = "External Deployments",
        InfraType = "cluster",
        Namespace = "",
        NodeType = "box",
        HealthData = "Healthy",
        IsBox = "cluster",
        IsExternal = true,
        IsInaccessible = true,
    });

    private string NamespaceBox(string @namespace) => Box(new MeshNodeDto
    {
        Id = Hash($"box_{cluster}_{@namespace}"),
        Parent = ClusterBox(),
        Cluster = cluster,
        InfraName = @namespace,
        InfraType = "namespace",
        Namespace = @namespace,
        NodeType = "box",
        HealthData = null,
        IsBox = "namespace",
    });

    private string Box(MeshNodeDto box)
    {
        _boxes.TryAdd(box.Id, box);
        return box.Id;
    }

    private static string IdOf(string cluster, string @namespace, string name, string? version) =>
        Hash(string.IsNullOrEmpty(version) ? $"infra_{cluster}_{@namespace}_{name}" : $"infra_{cluster}_{@namespace}_{name}_{version}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
