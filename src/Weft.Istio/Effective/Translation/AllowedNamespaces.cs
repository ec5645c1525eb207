using Weft.Istio.GatewayApi;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Selectors;

namespace Weft.Istio.Effective.Translation;

/// <summary>From which namespaces routes may attach to a listener, and ListenerSets to a Gateway.</summary>
internal static class AllowedNamespaces
{
    /// <param name="otherwise">What holds where nothing is stated.</param>
    /// <param name="own">The namespace of what is attached to.</param>
    public static bool Accept(K8sRouteNamespaces? allowed, string otherwise, string own, string @namespace, MeshObjects objects) => (string.IsNullOrEmpty(allowed?.From) ? otherwise : allowed.From) switch
    {
        "All" => true,
        "Same" => @namespace == own,
        "Selector" => allowed?.Selector is { } selector && objects.Namespaces.FirstOrDefault(item => item.Metadata.Name == @namespace) is { } found && Matches(selector, found),
        _ => false,
    };

    private static bool Matches(LabelSelector selector, Namespace @namespace)
    {
        try
        {
            return LabelQuery.From(selector).Matches(@namespace.Metadata.Labels);
        }
        catch (SelectorFormatException)
        {
            // A selector that says nothing sensible selects nothing.
            return false;
        }
    }
}
