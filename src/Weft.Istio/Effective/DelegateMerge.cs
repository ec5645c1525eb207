using System.Collections.Immutable;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>
/// Merges a rule that delegates with one rule of the delegate: each match of the delegate within every match of the root that it does not contradict. A delegate's
/// rule with a match that fits nowhere is left out whole, as istiod does.
/// </summary>
internal static class DelegateMerge
{
    /// <summary>Null when a match of the delegate fits into none of the root's.</summary>
    public static HttpRoute? Merge(HttpRoute root, HttpRoute own)
    {
        var matches = Matches(root.Match, own.Match);
        if (matches is null)
        {
            return null;
        }

        return own with
        {
            Name = (string.IsNullOrEmpty(root.Name), string.IsNullOrEmpty(own.Name)) switch
            {
                (false, false) => $"{root.Name}-{own.Name}",
                (false, true) => root.Name,
                _ => own.Name,
            },
            Match = matches.Value,
            Rewrite = own.Rewrite ?? root.Rewrite,
            Timeout = own.Timeout ?? root.Timeout,
            Retries = own.Retries ?? root.Retries,
            Fault = own.Fault ?? root.Fault,
            Mirror = own.Mirror ?? root.Mirror,
            MirrorPercent = own.MirrorPercent ?? root.MirrorPercent,
            MirrorPercentage = own.MirrorPercentage ?? root.MirrorPercentage,
            Mirrors = own.Mirrors.Length > 0 ? own.Mirrors : root.Mirrors,
            CorsPolicy = own.CorsPolicy ?? root.CorsPolicy,
            Headers = own.Headers ?? root.Headers,
        };
    }

    private static ImmutableArray<HttpMatch>? Matches(ImmutableArray<HttpMatch> root, ImmutableArray<HttpMatch> own)
    {
        if (root.Length == 0 || own.Length == 0)
        {
            return root.Length == 0 ? own : root;
        }

        var merged = own.Select(each => root.Select(outer => Merge(outer, each)).OfType<HttpMatch>().ToList()).ToList();
        return merged.Exists(found => found.Count == 0) ? null : [.. merged.SelectMany(found => found)];
    }

    private static HttpMatch? Merge(HttpMatch root, HttpMatch own)
    {
        if (!AreCompatible(root.Uri, own.Uri) || !AreCompatible(root.Scheme, own.Scheme) || !AreCompatible(root.Method, own.Method)
            || !AreCompatible(root.Authority, own.Authority) || (root.Port != 0 && own.Port != 0 && root.Port != own.Port)
            || !AreCompatible(root.Headers, own.Headers) || !AreCompatible(root.Headers, own.WithoutHeaders) || !AreCompatible(root.QueryParams, own.QueryParams)
            || root.IgnoreUriCase != own.IgnoreUriCase)
        {
            return null;
        }

        return own with
        {
            Name = (string.IsNullOrEmpty(root.Name), string.IsNullOrEmpty(own.Name)) switch
            {
                (false, false) => $"{root.Name}-{own.Name}",
                (false, true) => root.Name,
                _ => own.Name,
            },
            Uri = own.Uri ?? root.Uri,
            Scheme = own.Scheme ?? root.Scheme,
            Method = own.Method ?? root.Method,
            Authority = own.Authority ?? root.Authority,
            Headers = root.Headers.SetItems(own.Headers),
            WithoutHeaders = root.WithoutHeaders.SetItems(own.WithoutHeaders),
            QueryParams = root.QueryParams.SetItems(own.QueryParams),
            Port = own.Port != 0 ? own.Port : root.Port,
            SourceLabels = root.SourceLabels.SetItems(own.SourceLabels),
            Gateways = own.Gateways.Length > 0 ? own.Gateways : root.Gateways,
            SourceNamespace = string.IsNullOrEmpty(own.SourceNamespace) ? root.SourceNamespace : own.SourceNamespace,
        };
    }

    private static bool AreCompatible(ImmutableDictionary<string, StringMatch> root, ImmutableDictionary<string, StringMatch> own) =>
        own.All(entry => AreCompatible(root.GetValueOrDefault(entry.Key), entry.Value));

    /// <summary>The delegate's condition must be the same as the root's or within it; of regular expressions, and of mere presence, that is not known.</summary>
    private static bool AreCompatible(StringMatch? root, StringMatch? own) => (root, own) switch
    {
        (null, _) or (_, null) => true,
        ({ Regex.Length: > 0 }, _) or (_, { Regex.Length: > 0 }) => false,
        ({ Exact: { Length: > 0 } exact }, _) => own.Exact == exact,
        ({ Prefix: { Length: > 0 } prefix }, _) => (own.Exact ?? own.Prefix)?.StartsWith(prefix, StringComparison.Ordinal) == true,
        _ => false,
    };
}
