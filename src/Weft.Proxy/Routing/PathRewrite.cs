using Envoy.Extensions.Path.Match.UriTemplate.V3;
using Envoy.Extensions.Path.Rewrite.UriTemplate.V3;
using Weft.Proxy.Subscriptions;
using RouteActionConfig = Envoy.Config.Route.V3.RouteAction;

namespace Weft.Proxy.Routing;

/// <summary>What becomes of the path before a request goes upstream; the query stays.</summary>
internal abstract class PathRewrite
{
    /// <returns>Null when the path stays.</returns>
    /// <exception cref="ResourceRejectedException">A rewrite that this proxy does not have.</exception>
    public static PathRewrite? Compile(RouteActionConfig config, Envoy.Config.Route.V3.RouteMatch match)
    {
        if (config.PrefixRewrite.Length > 0)
        {
            return new PrefixRewrite(config.PrefixRewrite);
        }

        if (config.RegexRewrite is { } regex)
        {
            return new PatternRewrite(RegexRewrite.Compile(regex));
        }

        if (config.PathRewritePolicy is not { } policy)
        {
            return null;
        }

        if (policy.TypedConfig?.Is(UriTemplateRewriteConfig.Descriptor) != true || match.PathMatchPolicy?.TypedConfig?.Is(UriTemplateMatchConfig.Descriptor) != true)
        {
            throw new ResourceRejectedException($"path_rewrite_policy {policy.Name} is not supported");
        }

        var template = UriTemplate.Compile(UriTemplateMatchConfig.Parser.ParseFrom(match.PathMatchPolicy.TypedConfig.Value).PathTemplate);
        return new TemplateRewrite(template, UriTemplateRewriteConfig.Parser.ParseFrom(policy.TypedConfig.Value).PathTemplateRewrite);
    }

    /// <param name="path">With its query.</param>
    /// <param name="matched">How much of it the route's prefix or path matched.</param>
    public string Apply(string path, int matched)
    {
        var mark = path.IndexOf('?');
        return mark < 0 ? Rewrite(path, matched) : Rewrite(path[..mark], Math.Min(matched, mark)) + path[mark..];
    }

    protected abstract string Rewrite(string path, int matched);

    private sealed class PrefixRewrite(string prefix) : PathRewrite
    {
        protected override string Rewrite(string path, int matched) => prefix + path[matched..];
    }

    private sealed class PatternRewrite(RegexRewrite regex) : PathRewrite
    {
        protected override string Rewrite(string path, int matched) => regex.Apply(path);
    }

    private sealed class TemplateRewrite(UriTemplate template, string rewrite) : PathRewrite
    {
        protected override string Rewrite(string path, int matched) => template.Rewrite(path, rewrite) ?? path;
    }
}
