namespace Weft.Proxy.Forwarding;

/// <summary>The target of a request line (RFC 9112 section 3.2).</summary>
internal static class RequestLineTarget
{
    /// <summary>The path with its query. Absolute form keeps its path only; the authority is already the host's.</summary>
    public static string PathOf(string target)
    {
        if (target.StartsWith('/') || target == "*")
        {
            return target;
        }

        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return "/";
        }

        var path = target.AsSpan(scheme + 3).IndexOfAny('/', '?');
        return path < 0 ? "/" : target[scheme + 3 + path] == '/' ? target[(scheme + 3 + path)..] : "/" + target[(scheme + 3 + path)..];
    }
}
