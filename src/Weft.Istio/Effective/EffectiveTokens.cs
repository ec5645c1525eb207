using System.Collections.Immutable;
using Weft.Istio.Security;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>Which tokens a workload accepts: the rules of every RequestAuthentication of the root namespace and of its own that selects it or names its Gateway, by issuer.</summary>
public static class EffectiveTokens
{
    public static ImmutableArray<JwtRule> For(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        var root = snapshot.Mesh.RootNamespace;
        return
        [
            .. snapshot.Objects.RequestAuthentications
                .Where(item => (item.Metadata.Namespace == root || item.Metadata.Namespace == @namespace)
                    && new PolicyAttachment(item.Metadata.Namespace, item.Spec.Selector, PolicyAttachment.TargetsOf(item.Spec.TargetRefs, item.Spec.TargetRef)).Attaches(@namespace, labels))
                .OrderBy(item => item.Metadata.Namespace == root ? 0 : 1)
                .SelectMany(item => item.Spec.JwtRules)
                .OrderBy(rule => rule.Issuer, StringComparer.Ordinal),
        ];
    }
}
