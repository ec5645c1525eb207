using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Type.Metadata.V3;
using Envoy.Type.Tracing.V3;
using Envoy.Type.V3;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>What spans carry: Istio's sampling defaults and tags.</summary>
internal static class TracingTags
{
    private const string RbacFilter = "envoy.filters.http.rbac";
    private const double DefaultRandomSampling = 1;

    private static readonly (string Tag, string Key)[] s_dryRun =
    [
        ("istio.authorization.dry_run.allow_policy.name", "istio_dry_run_allow_shadow_effective_policy_id"),
        ("istio.authorization.dry_run.allow_policy.result", "istio_dry_run_allow_shadow_engine_result"),
        ("istio.authorization.dry_run.deny_policy.name", "istio_dry_run_deny_shadow_effective_policy_id"),
        ("istio.authorization.dry_run.deny_policy.result", "istio_dry_run_deny_shadow_engine_result"),
    ];

    public static HttpConnectionManager.Types.Tracing Of(ProxyNode node)
    {
        var tracing = new HttpConnectionManager.Types.Tracing
        {
            ClientSampling = new Percent { Value = 100 },
            RandomSampling = new Percent { Value = DefaultRandomSampling },
            OverallSampling = new Percent { Value = 100 },
        };
        foreach (var (tag, key) in s_dryRun)
        {
            tracing.CustomTags.Add(DryRun(tag, key));
        }

        var canonical = node.Canonical;
        tracing.CustomTags.Add(Literal("istio.canonical_revision", canonical.Revision));
        tracing.CustomTags.Add(Literal("istio.canonical_service", OrUnknown(canonical.Name)));
        tracing.CustomTags.Add(Literal("istio.cluster_id", OrUnknown(node.ClusterId)));
        tracing.CustomTags.Add(Literal("istio.mesh_id", OrUnknown(node.MeshId)));
        tracing.CustomTags.Add(Literal("istio.namespace", node.Namespace));
        return tracing;
    }

    private static string OrUnknown(string text) => text.Length == 0 ? "unknown" : text;

    private static CustomTag Literal(string tag, string value) => new() { Tag = tag, Literal = new CustomTag.Types.Literal { Value = value } };

    private static CustomTag DryRun(string tag, string key) => new()
    {
        Tag = tag,
        Metadata = new CustomTag.Types.Metadata
        {
            Kind = new MetadataKind { Request = new MetadataKind.Types.Request() },
            MetadataKey = new MetadataKey { Key = RbacFilter, Path = { new MetadataKey.Types.PathSegment { Key = key } } },
        },
    };
}
