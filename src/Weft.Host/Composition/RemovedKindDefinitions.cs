using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.Istio.Admission;
using Weft.Kubernetes.Client;

namespace Weft.Host.Composition;

/// <summary>
/// Makes the API server know the kinds that Istio once had (<see cref="RemovedKinds"/>): a client could not even send them otherwise,
/// and the admission answers each with its successor.
/// </summary>
internal sealed partial class RemovedKindDefinitions(KubeClient kube, ILogger<RemovedKindDefinitions> logger)
{
    /// <summary>Creates what is missing. Nothing waits for it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var kind in RemovedKinds.All)
            {
                await Manifests.CreateMissingAsync(kube, [Definition(kind).ToJsonString()], cancellationToken);
            }
        }
        catch (Exception error) when (error is KubernetesApiException or HttpRequestException)
        {
            LogNotDefined(error);
        }
    }

    private static JsonObject Definition(RemovedKind kind) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"{kind.Plural}.{kind.Group}", ["annotations"] = new JsonObject { ["weft/removed"] = kind.Explanation } },
        ["spec"] = new JsonObject
        {
            ["group"] = kind.Group,
            ["names"] = new JsonObject
            {
                ["kind"] = kind.Kind,
                ["listKind"] = kind.Kind + "List",
                ["plural"] = kind.Plural,
                // "quota" is how everybody calls a ResourceQuota.
                ["singular"] = kind.Plural == "quotas" ? "mixerquota" : kind.Kind.ToLowerInvariant(),
            },
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = kind.Version,
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject
                {
                    ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
                },
            }),
        },
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The kinds that Istio has removed could not all be defined")]
    private partial void LogNotDefined(Exception error);
}
