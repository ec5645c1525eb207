using System.Collections.Immutable;
using Weft.Istio.GatewayApi;

namespace Weft.Istio.Effective.Translation;

/// <summary>Which references across namespaces are permitted; within one namespace all are.</summary>
public sealed class ReferenceGrants(ImmutableArray<K8sReferenceGrant> grants)
{
    public bool Permit(string fromKind, string fromNamespace, string toKind, string toNamespace, string name) =>
        fromNamespace == toNamespace || grants.Any(grant =>
            grant.Metadata.Namespace == toNamespace
            && grant.Spec.From.Any(from => from.Kind == fromKind && from.Namespace == fromNamespace)
            && grant.Spec.To.Any(to => to.Kind == toKind && (to.Name.Length == 0 || to.Name == name)));
}
