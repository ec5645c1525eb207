using System.Text.Json.Serialization;
using Weft.Console.MeshTopology;

namespace Weft.Api.MeshTopology;

public sealed record MeshTlsDto(string Status, [property: JsonPropertyName("autoMTLSEnabled")] bool AutoMtlsEnabled, [property: JsonPropertyName("minTLS")] string MinTls);

/// <summary>The lowest version is the mesh's: empty here, as in Kiali.</summary>
public sealed record NamespaceTlsDto(
    string Namespace, string Cluster, string Status, [property: JsonPropertyName("autoMTLSEnabled")] bool AutoMtlsEnabled, [property: JsonPropertyName("minTLS")] string MinTls)
{
    public static NamespaceTlsDto None { get; } = new("", "", TlsStatus.Unset, false, "");

    public static NamespaceTlsDto Of(string @namespace, string cluster, TlsStatus status) => new(@namespace, cluster, status.Status, status.AutoMtls, "");
}
