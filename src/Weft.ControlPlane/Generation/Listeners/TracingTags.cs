using System.Collections.Immutable;
using Envoy.Type.Metadata.V3;
using Envoy.Type.Tracing.V3;
using Weft.Istio.Mesh;
using Tag = Weft.Istio.Telemetry.CustomTag;

namespace Weft.ControlPlane.Generation.Listeners;

/// <summary>What spans carry: Istio's own tags and the stated ones, sorted by name.</summary>
internal static class TracingTags
{
    private const string RbacFilter = "envoy.filters.http.rbac";

    private static readonly (string Tag, string Key)[] s_dryRun =
    [
        ("istio.authorization.dry_run.allow_policy.name", "istio_dry_run_allow_shadow_effective_policy_id"),
        ("istio.authorization.dry_run.allow_policy.result", "istio_dry_run_allow_shadow_engine_result"),
        ("istio.authorization.dry_run.deny_policy.name", "istio_dry_run_deny_shadow_effective_policy_id"),
        ("istio.authorization.dry_run.deny_policy.result", "istio_dry_run_deny_shadow_engine_result"),
    ];

    public static IEnumerable<CustomTag> Of(ProxyNode node, ImmutableDictionary<string, Tag> stated, bool addsIstioTags)
    {
        var own = addsIstioTags ? OfIstio(node) : [];
        return own.Concat(stated.Select(Stated).OfType<CustomTag>()).OrderBy(tag => tag.Tag, StringComparer.Ordinal);
    }

    private static IEnumerable<CustomTag> OfIstio(ProxyNode node)
    {
        foreach (var (tag, key) in s_dryRun)
        {
            yield return DryRun(tag, key);
        }

        // By these labels alone, which injection sets: a pod without them is not guessed at.
        yield return Literal("istio.canonical_revision", node.Labels.GetValueOrDefault(CanonicalService.RevisionLabel) ?? CanonicalService.LatestRevision);
        yield return Literal("istio.canonical_service", OrUnknown(node.Labels.GetValueOrDefault(CanonicalService.NameLabel) ?? ""));
        yield return Literal("istio.cluster_id", OrUnknown(node.ClusterId));
        yield return Literal("istio.mesh_id", OrUnknown(node.MeshId));
        yield return Literal("istio.namespace", node.Namespace);
    }

    private static CustomTag? Stated(KeyValuePair<string, Tag> tag) => tag.Value switch
    {
        { Literal: { } literal } => Literal(tag.Key, literal.Value),
        { Environment: { } variable } => new CustomTag { Tag = tag.Key, Environment = new() { Name = variable.Name, DefaultValue = variable.DefaultValue ?? "" } },
        { Header: { } header } => new CustomTag { Tag = tag.Key, RequestHeader = new() { Name = header.Name, DefaultValue = header.DefaultValue ?? "" } },
        _ => null,
    };

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
