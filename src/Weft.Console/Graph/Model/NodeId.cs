using System.Security.Cryptography;
using System.Text;

namespace Weft.Console.Graph.Model;

public enum NodeType
{
    Unknown,
    App,
    Workload,
    Service,
    Aggregate,
    Box,
}

/// <summary>
/// What makes two series meet in one node. A small value rather than a text, so that thousands of series are keyed without building strings;
/// <see cref="ToString"/> and <see cref="Hash"/> give Kiali's spelling.
/// </summary>
public readonly record struct NodeId(NodePrefix Prefix, string Cluster, string Namespace, string Name, string? Detail)
{
    public static NodeId UnknownSource(string cluster) => new(NodePrefix.UnknownSource, cluster, "", "", null);

    /// <summary>Names differ most; hashing the rest would only cost.</summary>
    public override int GetHashCode() => HashCode.Combine(Prefix, Namespace.GetHashCode(StringComparison.Ordinal), Name.GetHashCode(StringComparison.Ordinal));

    public override string ToString() => Prefix switch
    {
        NodePrefix.UnknownSource => $"{Cluster}_unknown_source",
        NodePrefix.Service => $"svc_{Cluster}_{Namespace}_{Name}",
        NodePrefix.Workload => $"wl_{Cluster}_{Namespace}_{Name}",
        NodePrefix.VersionedApp => Joined("vapp", Cluster, Namespace, Name, Detail),
        NodePrefix.App => $"app_{Cluster}_{Namespace}_{Name}",
        NodePrefix.Aggregate => Joined("agg", Cluster, Namespace, Name, Detail),
        NodePrefix.ClusterBox => $"box_{Cluster}",
        NodePrefix.NamespaceBox => $"box_{Cluster}_{Namespace}",
        _ => $"box_{Cluster}_{Namespace}_{Name}",
    };

    public string Hash() => Sha256(ToString());

    /// <summary>The id of an edge, from the hashes of its ends.</summary>
    public static string EdgeHash(string source, string target, Protocol protocol) => Sha256($"{source}.{target}.{protocol.Name()}");

    private static string Joined(string prefix, string cluster, string ns, string name, string? detail) =>
        detail is null ? $"{prefix}_{cluster}_{ns}_{name}" : $"{prefix}_{cluster}_{ns}_{name}_{detail}";

    private static string Sha256(string text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length) is var max && max <= 1024 ? max : 0];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (bytes.IsEmpty)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        }
        else
        {
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        }

        return Convert.ToHexStringLower(hash);
    }
}

public enum NodePrefix
{
    UnknownSource,
    Service,
    Workload,
    VersionedApp,
    App,
    Aggregate,
    ClusterBox,
    NamespaceBox,
    AppBox,
}
