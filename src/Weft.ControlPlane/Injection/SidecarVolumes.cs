using System.Text.Json.Nodes;

namespace Weft.ControlPlane.Injection;

/// <summary>The volumes of the sidecar: sockets and scratch space, the pod's own labels, its token and the mesh's root certificate.</summary>
internal static class SidecarVolumes
{
    private const int TokenLifetimeSeconds = 43200;

    private static readonly (string Name, string Path)[] s_mounts =
    [
        ("workload-socket", "/var/run/secrets/workload-spiffe-uds"),
        ("credential-socket", "/var/run/secrets/credential-uds"),
        ("workload-certs", "/var/run/secrets/workload-spiffe-credentials"),
        ("istio-envoy", "/etc/istio/proxy"),
        ("istio-data", "/var/lib/istio/data"),
        ("istio-podinfo", "/etc/istio/pod"),
        ("istio-token", "/var/run/secrets/tokens"),
        ("istiod-ca-cert", "/var/run/secrets/istio"),
    ];

    public static IEnumerable<JsonObject> Of()
    {
        foreach (var (name, _) in s_mounts)
        {
            var volume = new JsonObject { ["name"] = name };
            var (kind, source) = Source(name);
            volume[kind] = source;
            yield return volume;
        }
    }

    public static JsonArray Mounts() => [.. s_mounts.Select(mount => new JsonObject { ["name"] = mount.Name, ["mountPath"] = mount.Path })];

    /// <summary>The value of the annotation that says what was injected.</summary>
    public static string Status(string revision, bool hasInit) => new JsonObject
    {
        ["initContainers"] = hasInit ? SidecarContainers.Texts(SidecarInjector.InitContainer) : null,
        ["containers"] = SidecarContainers.Texts(SidecarInjector.ProxyContainer),
        ["volumes"] = SidecarContainers.Texts([.. s_mounts.Select(mount => mount.Name)]),
        ["imagePullSecrets"] = null,
        ["revision"] = revision,
    }.ToJsonString();

    private static (string Kind, JsonObject Source) Source(string name) => name switch
    {
        "istio-envoy" => ("emptyDir", new JsonObject { ["medium"] = "Memory" }),
        "istio-podinfo" => ("downwardAPI", new JsonObject { ["items"] = new JsonArray(DownwardItem("labels"), DownwardItem("annotations")) }),
        "istio-token" => ("projected", new JsonObject
        {
            ["sources"] = new JsonArray(new JsonObject
            {
                ["serviceAccountToken"] = new JsonObject { ["audience"] = "istio-ca", ["expirationSeconds"] = TokenLifetimeSeconds, ["path"] = "istio-token" },
            }),
        }),
        "istiod-ca-cert" => ("configMap", new JsonObject { ["name"] = "istio-ca-root-cert" }),
        _ => ("emptyDir", []),
    };

    private static JsonObject DownwardItem(string field) => new()
    {
        ["path"] = field,
        ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.{field}" },
    };
}
