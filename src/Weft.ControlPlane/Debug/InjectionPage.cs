using System.Text.Json.Nodes;
using Weft.ControlPlane.Injection;
using Weft.Istio.Mesh;
using Weft.Kubernetes.Yaml;

namespace Weft.ControlPlane.Debug;

/// <summary>
/// By the names of istiod's templates the pod, in YAML, that one without anything of its own becomes. The injection here is code: there is no text that it is made of.
/// </summary>
internal static class InjectionPage
{
    public static JsonObject Of(InjectionSettings settings) => new() { ["gateway"] = Text("gateway", settings), ["sidecar"] = Text("sidecar", settings) };

    private static string Text(string template, InjectionSettings settings)
    {
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["labels"] = new JsonObject { ["sidecar.istio.io/inject"] = "true" },
                ["annotations"] = new JsonObject { ["inject.istio.io/templates"] = template },
            },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray() },
        };
        var revised = settings.Revision == InjectionDecision.DefaultRevision ? pod : WithRevision(pod, settings.Revision);
        return KubeYaml.Write(SidecarInjector.Inject(revised, new InjectionNamespace("default", []), settings));
    }

    private static JsonObject WithRevision(JsonObject pod, string revision)
    {
        pod["metadata"]!["labels"]!["istio.io/rev"] = revision;
        return pod;
    }
}
