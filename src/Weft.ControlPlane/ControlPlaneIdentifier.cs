using System.Text.Json.Nodes;

namespace Weft.ControlPlane;

/// <summary>How responses name the control plane that made them; istioctl reads it.</summary>
internal static class ControlPlaneIdentifier
{
    public static string Of(string instance, string version) => new JsonObject
    {
        ["Component"] = "istiod",
        ["ID"] = instance,
        ["Info"] = new JsonObject { ["version"] = version },
    }.ToJsonString();
}
