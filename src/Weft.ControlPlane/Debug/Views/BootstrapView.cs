using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Debug.Views;

/// <summary>What a proxy was started with, as <c>istioctl proxy-config bootstrap</c> shows it: JSON, or the versions alone.</summary>
public static class BootstrapView
{
    public static string Versions(EnvoyDump dump)
    {
        var node = EnvoyDump.Object(dump.Part("BootstrapConfigDump"), "bootstrap", "node");
        var build = EnvoyDump.Object(node, "userAgentBuildVersion");
        var version = EnvoyDump.Object(build, "version");
        var labels = EnvoyDump.Object(build, "metadata");
        var envoy = string.Join('.', ((string[])["majorNumber", "minorNumber", "patch"]).Select(part => EnvoyDump.Number(version, part)));
        envoy += EnvoyDump.Text(labels, "build.label") is { Length: > 0 } label ? "-" + label : "";
        envoy = string.Join('/', ((string[])[envoy, .. ((string[])["revision.status", "build.type", "ssl.version"]).Select(name => EnvoyDump.Text(labels, name))]).Where(part => part.Length > 0));
        var metadata = EnvoyDump.Object(node, "metadata");
        (string Name, string Value)[] lines =
        [
            ("Istio Version:", EnvoyDump.Text(metadata, "ISTIO_VERSION")), ("Istio Proxy Version:", EnvoyDump.Text(metadata, "ISTIO_PROXY_SHA").Split(':')[^1]), ("Envoy Version:", envoy),
        ];
        var shown = lines.Where(line => line.Value.Length > 0).ToList();
        var width = shown.Max(line => line.Name.Length) + 1;
        return string.Concat(shown.Select(line => $"{line.Name.PadRight(width)}{line.Value}\n"));
    }

    public static string Json(EnvoyDump dump)
    {
        var part = (JsonObject)(dump.Part("BootstrapConfigDump")?.DeepClone() ?? new JsonObject());
        part.Remove("@type");
        return part.Count == 0 ? "{\n\n}\n" : EnvoyDump.Indented(part);
    }
}
