using System.Collections.Immutable;
using Weft.Istio.Networking;

namespace Weft.Istio.Effective;

/// <summary>Merges a rule that delegates with one rule of the delegate: every combination of their matches that does not contradict itself.</summary>
internal static class DelegateMerge
{
    /// <summary>Null when no combination is left.</summary>
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

        var merged = root.SelectMany(_ => own, Merge).OfType<HttpMatch>().ToImmutableArray();
        return merged.Length == 0 ? null : merged;
    }

    private static HttpMatch? Merge(HttpMatch root, HttpMatch own)
    {
        if (!AreCompatible(root.Uri, own.Uri) || !AreCompatible(root.Scheme, own.Scheme) || !AreCompatible(root.Method, own.Method)
            || !AreCompatible(root.Authority, own.Authority) || (root.Port != 0 && own.Port != 0 && root.Port != own.Port)
            || root.Headers.Any(header => own.Headers.TryGetValue(header.Key, out var other) && !AreCompatible(header.Value, other)))
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
            IgnoreUriCase = own.IgnoreUriCase || root.IgnoreUriCase,
        };
    }

    /// <summary>The delegate's condition must be the same as the root's or within it.</summary>
    private static bool AreCompatible(StringMatch? root, StringMatch? own) => (root, own) switch
    {
        (null, _) or (_, null) => true,
        ({ Exact: { } exact }, _) => own.Exact == exact,
        ({ Prefix: { } prefix }, _) => (own.Exact ?? own.Prefix)?.StartsWith(prefix, StringComparison.Ordinal) == true,
        ({ Regex: { } regex }, _) => own.Regex == regex,
        _ => true,
    };
}
