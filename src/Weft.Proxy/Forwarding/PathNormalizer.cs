using System.Text;

namespace Weft.Proxy.Forwarding;

/// <summary>
/// Path normalization of HttpConnectionManager.normalize_path (RFC 3986: dot segments, decoding of unreserved characters, backslash as slash)
/// and merge_slashes. Encoded slashes stay (KEEP_UNCHANGED).
/// </summary>
internal static class PathNormalizer
{
    /// <summary>The normalized path and query, or null when nothing changes.</summary>
    public static string? Normalize(string target, bool mergesSlashes)
    {
        var mark = target.IndexOf('?');
        var path = mark < 0 ? target : target[..mark];
        if (!NeedsWork(path, mergesSlashes))
        {
            return null;
        }

        var normalized = RemoveDotSegments(DecodeUnreserved(path.Replace('\\', '/')));
        if (mergesSlashes)
        {
            normalized = MergeSlashes(normalized);
        }

        return mark < 0 ? normalized : normalized + target[mark..];
    }

    private static bool NeedsWork(string path, bool mergesSlashes) =>
        path.AsSpan().IndexOfAny('%', '\\') >= 0
        || path.Contains("/.", StringComparison.Ordinal)
        || (mergesSlashes && path.Contains("//", StringComparison.Ordinal));

    private static string DecodeUnreserved(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var index = 0; index < path.Length; index++)
        {
            if (path[index] == '%' && index + 2 < path.Length && char.IsAsciiHexDigit(path[index + 1]) && char.IsAsciiHexDigit(path[index + 2]))
            {
                var character = (char)Convert.ToInt32(path.Substring(index + 1, 2), 16);
                if (char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~')
                {
                    text.Append(character);
                }
                else
                {
                    text.Append('%').Append(char.ToUpperInvariant(path[index + 1])).Append(char.ToUpperInvariant(path[index + 2]));
                }

                index += 2;
            }
            else
            {
                text.Append(path[index]);
            }
        }

        return text.ToString();
    }

    private static string RemoveDotSegments(string path)
    {
        var segments = path.Split('/');
        var kept = new List<string>(segments.Length);
        for (var index = 1; index < segments.Length; index++)
        {
            var isLast = index == segments.Length - 1;
            switch (segments[index])
            {
                case ".":
                    if (isLast)
                    {
                        kept.Add("");
                    }

                    break;
                case "..":
                    if (kept.Count > 0)
                    {
                        kept.RemoveAt(kept.Count - 1);
                    }

                    if (isLast)
                    {
                        kept.Add("");
                    }

                    break;
                default:
                    kept.Add(segments[index]);
                    break;
            }
        }

        return "/" + string.Join('/', kept);
    }

    private static string MergeSlashes(string path)
    {
        var text = new StringBuilder(path.Length);
        foreach (var character in path)
        {
            if (character != '/' || text.Length == 0 || text[^1] != '/')
            {
                text.Append(character);
            }
        }

        return text.ToString();
    }
}
