using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Injection;

/// <summary>
/// Puts sidecars into manifests before they are applied, as <c>istioctl kube-inject</c> does, for namespaces without automatic injection. Whether a pod gets one is then
/// for the pod alone to say: by the label or annotation <c>sidecar.istio.io/inject</c>, or by hostNetwork.
/// </summary>
public static class ManifestInjection
{
    private static readonly ImmutableDictionary<string, string> s_enabled = ImmutableDictionary<string, string>.Empty.Add("istio-injection", "enabled");

    /// <summary>The object with a sidecar in its pod template (or in itself, if it is a pod); the same object when it has no pods or they get none.</summary>
    /// <param name="manifest">Stays as it is.</param>
    /// <param name="namespace">Of objects that name none.</param>
    /// <exception cref="JsonException">A template is no pod.</exception>
    public static JsonObject Inject(UntypedObject manifest, string @namespace, InjectionSettings settings)
    {
        var into = new InjectionNamespace(manifest.Metadata.Namespace is { Length: > 0 } named ? named : @namespace, s_enabled);
        if (manifest.Kind == "Pod")
        {
            return SidecarInjector.Inject(manifest.Content, into, settings) ?? manifest.Content;
        }

        var result = (JsonObject)manifest.Content.DeepClone();
        if (TemplateOf(manifest.Kind, result) is { } template && SidecarInjector.Inject(PodOf(template, manifest), into, settings) is { } pod)
        {
            var metadata = pod["metadata"]!.AsObject();
            metadata.Remove("ownerReferences");
            template["metadata"] = metadata.DeepClone();
            template["spec"] = pod["spec"]!.DeepClone();
        }

        return result;
    }

    private static JsonObject? TemplateOf(string kind, JsonObject workload) => kind switch
    {
        "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" or "Job" or "ReplicationController" => Member(workload, "spec")?["template"] as JsonObject,
        "CronJob" => Member(Member(Member(workload, "spec"), "jobTemplate"), "spec")?["template"] as JsonObject,
        _ => null,
    };

    private static JsonObject? Member(JsonObject? parent, string name) => parent?[name] as JsonObject;

    /// <summary>The pod that the template will make, which belongs to the workload.</summary>
    private static JsonObject PodOf(JsonObject template, UntypedObject workload)
    {
        var metadata = template["metadata"]?.DeepClone() as JsonObject ?? [];
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = workload.ApiVersion,
            ["kind"] = workload.Kind,
            ["name"] = workload.Metadata.Name,
            ["controller"] = true,
        });
        return new JsonObject { ["metadata"] = metadata, ["spec"] = template["spec"]?.DeepClone() };
    }
}
