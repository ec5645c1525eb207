using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Inventory;

/// <summary>Which containers of a pod Istio has injected, as its annotation <c>sidecar.istio.io/status</c> says.</summary>
public readonly record struct PodSidecar(ImmutableHashSet<string> Containers, ImmutableHashSet<string> InitContainers)
{
    public const string ProxyContainer = "istio-proxy";

    private const string StatusAnnotation = "sidecar.istio.io/status";

    /// <summary>A proxy runs beside the application; as a native sidecar it is among the init containers.</summary>
    public bool IsThere => Containers.Contains(ProxyContainer) || InitContainers.Contains(ProxyContainer);

    public static PodSidecar Of(Pod pod)
    {
        if (pod.Metadata.Annotations.TryGetValue(StatusAnnotation, out var text) && Read(text) is { } status)
        {
            return new PodSidecar(Names(status["containers"]), Names(status["initContainers"]));
        }

        // Written by hand: a proxy beside another container. A proxy alone is a gateway.
        var isBeside = pod.Spec.Containers.Length > 1 && pod.Spec.Containers.Any(container => container.Name == ProxyContainer);
        return new PodSidecar(
            isBeside ? [ProxyContainer] : [],
            [.. pod.Spec.InitContainers.Where(container => container.Name == ProxyContainer).Select(container => container.Name)]);
    }

    private static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImmutableHashSet<string> Names(JsonNode? names) =>
        [.. (names as JsonArray ?? []).Where(name => name is JsonValue).Select(name => name!.ToString())];
}
