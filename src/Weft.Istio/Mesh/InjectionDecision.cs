using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Weft.Istio.Mesh;

/// <summary>Whether a new pod gets a sidecar: Istio's webhook selection for one revision, then istiod's own checks.</summary>
public static class InjectionDecision
{
    public const string NamespaceLabel = "istio-injection";
    public const string RevisionLabel = "istio.io/rev";
    public const string PodLabel = "sidecar.istio.io/inject";
    public const string DefaultRevision = "default";

    private static readonly FrozenSet<string> s_systemNamespaces =
        FrozenSet.ToFrozenSet(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);

    /// <param name="annotations">Of the pod: the deprecated annotation of the label's name counts when the label is absent.</param>
    public static bool IsInjected(
        string @namespace,
        ImmutableDictionary<string, string> namespaceLabels,
        ImmutableDictionary<string, string> podLabels,
        ImmutableDictionary<string, string> annotations,
        bool hostNetwork,
        string revision = DefaultRevision) =>
        SelectedRevision(namespaceLabels, podLabels) == revision
        && !hostNetwork
        && !s_systemNamespaces.Contains(@namespace)
        && (podLabels.GetValueOrDefault(PodLabel) ?? annotations.GetValueOrDefault(PodLabel)) != "false";

    /// <summary>The revision whose webhook sees the pod; null when none does.</summary>
    public static string? SelectedRevision(ImmutableDictionary<string, string> namespaceLabels, ImmutableDictionary<string, string> podLabels)
    {
        var asked = podLabels.GetValueOrDefault(PodLabel);
        if (asked == "false")
        {
            return null;
        }

        return namespaceLabels.GetValueOrDefault(NamespaceLabel) switch
        {
            "enabled" => DefaultRevision,
            not null => null,
            null => namespaceLabels.GetValueOrDefault(RevisionLabel)
                ?? podLabels.GetValueOrDefault(RevisionLabel)
                ?? (asked == "true" ? DefaultRevision : null),
        };
    }
}
