using System.Collections.Immutable;
using Weft.Istio.Security;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>The AuthorizationPolicies that guard a workload, by what they do; each list oldest first.</summary>
public sealed record EffectivePolicies
{
    public const string DryRunAnnotation = "istio.io/dry-run";

    public static EffectivePolicies None { get; } = new();

    public ImmutableArray<AuthorizationPolicy> Custom { get; init; } = [];

    public ImmutableArray<AuthorizationPolicy> Audit { get; init; } = [];

    public ImmutableArray<AuthorizationPolicy> Deny { get; init; } = [];

    public ImmutableArray<AuthorizationPolicy> Allow { get; init; } = [];

    /// <summary>Those of the root namespace and of the workload's own whose selector matches, or whose targets do.</summary>
    public static EffectivePolicies For(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        var root = snapshot.Mesh.RootNamespace;
        var applying = snapshot.Objects.AuthorizationPolicies
            .Where(policy => (policy.Metadata.Namespace == root || policy.Metadata.Namespace == @namespace) && AttachmentOf(policy).Attaches(@namespace, labels))
            .OrderBy(policy => policy.Metadata.Namespace == root ? 0 : 1)
            .ToLookup(policy => policy.Spec.Action ?? "ALLOW");
        return new EffectivePolicies
        {
            Custom = [.. applying["CUSTOM"]],
            Audit = [.. applying["AUDIT"]],
            Deny = [.. applying["DENY"]],
            Allow = [.. applying["ALLOW"]],
        };
    }

    /// <summary>By the annotation, read as Go reads a truth value.</summary>
    public static bool IsDryRun(AuthorizationPolicy policy) => policy.Metadata.Annotations.GetValueOrDefault(DryRunAnnotation) is "1" or "t" or "T" or "true" or "TRUE" or "True";

    private static PolicyAttachment AttachmentOf(AuthorizationPolicy policy) =>
        new(policy.Metadata.Namespace, policy.Spec.Selector, PolicyAttachment.TargetsOf(policy.Spec.TargetRefs, policy.Spec.TargetRef));
}
