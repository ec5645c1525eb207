using System.Collections.Immutable;
using Weft.Istio.GatewayApi;

namespace Weft.Istio.Effective.Translation;

/// <summary>Which references across namespaces are permitted, from kinds of the Gateway API to those of Kubernetes; within one namespace all are.</summary>
public sealed class ReferenceGrants(ImmutableArray<K8sReferenceGrant> grants)
{
    private const string FromGroup = "gateway.networking.k8s.io";

    public bool Permit(string fromKind, string fromNamespace, string toKind, string toNamespace, string name) =>
        fromNamespace == toNamespace || grants.Any(grant =>
            grant.Metadata.Namespace == toNamespace
            && grant.Spec.From.Any(from => from.Group == FromGroup && from.Kind == fromKind && from.Namespace == fromNamespace)
            && grant.Spec.To.Any(to => to is { Group: null or "" } && to.Kind == toKind && (to.Name.Length == 0 || to.Name == name)));
}
