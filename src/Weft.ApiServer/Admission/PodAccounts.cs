using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Admission;

/// <summary>Every pod runs as a service account: the named one or `default`, with its token mounted.</summary>
internal static class PodAccounts
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    public static void Assign(ResourceDefinition resource, JsonObject item, string ns, ObjectStore store)
    {
        if (resource.TypeName != "core/v1.Pod") return;
        var spec = item.Ensure("spec");
        spec.Default("serviceAccountName", "default");
        spec["serviceAccount"] = spec.Text("serviceAccountName");
        var name = spec.Text("serviceAccountName")!;
        var account = store.Current.Find(new ObjectKey("serviceaccounts", ns, name))
            ?? throw StatusErrors.Forbidden(resource, item.TextAt("metadata", "name"), $"error looking up service account {ns}/{name}: serviceaccount \"{name}\" not found");
        Tolerate(spec);
        var automount = spec.Flag("automountServiceAccountToken") ?? JsonText.ParseObject(account.Json.Span).Flag("automountServiceAccountToken") ?? true;
        if (automount) Mount(spec);
    }

    /// <summary>An update that leaves out what the server added keeps it: pods are changed by few callers, and never in these fields.</summary>
    public static void Keep(JsonObject before, JsonObject item)
    {
        var spec = item.Ensure("spec");
        foreach (var field in new[] { "serviceAccountName", "serviceAccount", "enableServiceLinks", "preemptionPolicy", "priority", "nodeName" })
            if (spec[field] is null && before.Object("spec")?[field] is { } value) spec[field] = value.DeepClone();
    }

    private static void Tolerate(JsonObject spec)
    {
        if (spec.Array("tolerations") is { Count: > 0 }) return;
        spec["tolerations"] = new JsonArray(Toleration("node.kubernetes.io/not-ready"), Toleration("node.kubernetes.io/unreachable"));
    }

    private static JsonObject Toleration(string key) =>
        new() { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 };

    private static void Mount(JsonObject spec)
    {
        var containers = JsonAccess.Objects(spec.Array("initContainers")).Concat(JsonAccess.Objects(spec.Array("containers")))
            .Where(c => !JsonAccess.Objects(c.Array("volumeMounts")).Any(m => m.Text("mountPath") == MountPath))
            .ToArray();
        if (containers.Length == 0) return;
        var volume = $"kube-api-access-{RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5)}";
        if (spec.Array("volumes") is not { } volumes) spec["volumes"] = volumes = [];
        volumes.Add(Volume(volume));
        foreach (var container in containers)
        {
            if (container.Array("volumeMounts") is not { } mounts) container["volumeMounts"] = mounts = [];
            mounts.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = MountPath });
        }
    }

    private static JsonObject Volume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };
}
