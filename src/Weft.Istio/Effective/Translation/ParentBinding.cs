using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective.Translation;

/// <summary>One reference of a route to a parent that the mesh knows, and what came of it.</summary>
/// <param name="Listeners">The listeners that took the route, served or not.</param>
/// <param name="MeshHosts">The hosts of the Service or ServiceEntry that it is for instead; null for a Gateway.</param>
/// <param name="Denied">Why nothing took it.</param>
internal sealed record ParentBinding(K8sParentReference Reference, ImmutableArray<ListenerAttachment> Listeners, ImmutableArray<string>? MeshHosts, K8sProblem? Denied)
{
    /// <summary>What is told of several listeners that all refuse: the refusal that came closest.</summary>
    private static readonly string[] s_closestFirst = ["NotAllowedByListeners", "NoMatchingListenerHostname", "NoMatchingParent"];

    public bool IsInMesh => MeshHosts is not null;

    /// <summary>Those of a route; a parent that is not Istio's has none.</summary>
    public static IEnumerable<ParentBinding> Of(IK8sRoute route, IReadOnlyCollection<ListenerAttachment> listeners, MeshObjects objects)
    {
        foreach (var parent in route.ParentRefs)
        {
            if (InMesh(parent, route, objects) is { } mesh)
            {
                yield return mesh;
            }
            else if (listeners.Where(listener => listener.IsOf(parent, route)).ToList() is { Count: > 0 } candidates)
            {
                yield return AtGateway(parent, route, candidates);
            }
        }
    }

    private static ParentBinding AtGateway(K8sParentReference parent, IK8sRoute route, List<ListenerAttachment> candidates)
    {
        var answers = candidates.Select(listener => (Listener: listener, Problem: listener.Denies(parent, route))).ToLookup(answer => answer.Problem?.Reason ?? "");
        if (answers.Contains(""))
        {
            return new ParentBinding(parent, [.. answers[""].Select(answer => answer.Listener)], null, null);
        }

        var reason = s_closestFirst.First(answers.Contains);
        return new ParentBinding(parent, [], null, new K8sProblem(reason, string.Join("; ", answers[reason].Select(answer => answer.Problem!.Message).Distinct()))); // all of these have one
    }

    private static ParentBinding? InMesh(K8sParentReference parent, IK8sRoute route, MeshObjects objects)
    {
        var @namespace = string.IsNullOrEmpty(parent.Namespace) ? route.Metadata.Namespace ?? "" : parent.Namespace;
        switch (parent.Group, parent.Kind)
        {
            case ("", "Service"):
                var exists = objects.Services.Any(service => service.Metadata.Name == parent.Name && service.Metadata.Namespace == @namespace);
                return For(parent, route, exists ? [Hostname.OfService(parent.Name, @namespace)] : null, "service");
            case ("networking.istio.io", "ServiceEntry"):
                var entry = objects.ServiceEntries.FirstOrDefault(item => item.Metadata.Name == parent.Name && item.Metadata.Namespace == @namespace);
                return For(parent, route, entry?.Spec.Hosts, "service entry");
            default:
                return null;
        }
    }

    private static ParentBinding For(K8sParentReference parent, IK8sRoute route, ImmutableArray<string>? hosts, string what) => new(
        parent,
        [],
        hosts ?? [],
        hosts is null ? new K8sProblem("NoMatchingParent", $"parent {what} \"{parent.Name}\" not found")
        : route.Kind == "UDPRoute" ? new K8sProblem("NotAllowedByListeners", "kind UDPRoute is not supported")
        : null);
}
