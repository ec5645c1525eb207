using Weft.Proxy.Subscriptions;
using Config = Envoy.Config.Route.V3.RouteAction.Types.RequestMirrorPolicy;

namespace Weft.Proxy.Routing;

/// <summary>A RequestMirrorPolicy, resolved: a share of requests is sent to a second cluster as well, whose answers nobody sees.</summary>
/// <param name="MarksHost">Whether <c>-shadow</c> is appended to the host.</param>
/// <param name="IsTraced">trace_sampled: whether the copy belongs to the request's trace, if that is sampled.</param>
internal sealed record MirrorPolicy(string Cluster, Fraction? Share, bool MarksHost, bool IsTraced)
{
    /// <exception cref="ResourceRejectedException">A policy without a cluster.</exception>
    public static MirrorPolicy Compile(Config config) => config.Cluster.Length > 0
        ? new MirrorPolicy(config.Cluster, config.RuntimeFraction is null ? null : Fraction.From(config.RuntimeFraction.DefaultValue), !config.DisableShadowHostSuffixAppend, config.TraceSampled ?? true)
        : throw new ResourceRejectedException("request_mirror_policies with cluster_header are not supported");

    /// <param name="draw">Uniform in [0, 1).</param>
    public bool Includes(double draw) => Share is not { } share || share.Includes(draw);
}
