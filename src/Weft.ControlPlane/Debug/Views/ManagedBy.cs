using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>The Istio object that a piece of Envoy's configuration comes from, as its metadata says (<c>istio.config</c>).</summary>
internal static class ManagedBy
{
    /// <summary>name.namespace; empty when the metadata names none.</summary>
    public static string Of(JsonObject? message)
    {
        var path = EnvoyDump.Text(EnvoyDump.Object(message, "metadata", "filterMetadata", "istio"), "config").Split('/');
        return path.Length == 8 ? $"{path[7]}.{path[5]}" : "";
    }
}
