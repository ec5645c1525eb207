using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>What a proxy was started with, as <c>istioctl proxy-config bootstrap</c> shows it: JSON.</summary>
public static class BootstrapView
{
    public static string Json(EnvoyDump dump)
    {
        var part = (JsonObject)(dump.Part("BootstrapConfigDump")?.DeepClone() ?? new JsonObject());
        part.Remove("@type");
        return part.Count == 0 ? "{\n\n}\n" : EnvoyDump.Indented(part);
    }
}
