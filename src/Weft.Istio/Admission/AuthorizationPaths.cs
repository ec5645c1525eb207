using System.Text.RegularExpressions;

namespace Weft.Istio.Admission;

/// <summary>Paths in an AuthorizationPolicy: plain, with a star at one end, or templates of Envoy (UriTemplateMatchConfig) with <c>{*}</c> and <c>{**}</c>.</summary>
internal static partial class AuthorizationPaths
{
    private const string OneSegment = "{*}";
    private const string AnyTail = "{**}";

    /// <summary>What is wrong with the first bad path; null when all are good.</summary>
    public static string? Problem(string field, IEnumerable<string> paths) => paths.Select(path => Problem(field, path)).FirstOrDefault(problem => problem is not null);

    private static string? Problem(string field, string path)
    {
        var isTemplate = path.Contains(OneSegment, StringComparison.Ordinal) || path.Contains(AnyTail, StringComparison.Ordinal);
        var trimmed = path.Trim('/');
        var prefix = $"invalid or unsupported path {trimmed}, found in {field}. ";
        var hasTail = false;
        foreach (var segment in trimmed.Split('/'))
        {
            if (segment is OneSegment or AnyTail)
            {
                if (hasTail)
                {
                    return prefix + "{**} is not the last operator";
                }

                hasTail = segment == AnyTail;
            }
            else if (segment.AsSpan().ContainsAny('{', '}'))
            {
                return prefix + "Contains '{' or '}' beyond a supported path template";
            }
            else if (isTemplate && !LiteralPattern.IsMatch(segment))
            {
                return $"{prefix}Contains segment {segment} with invalid string literal";
            }
        }

        return null;
    }

    /// <summary>Characters of a path segment (RFC 3986, appendix A).</summary>
    [GeneratedRegex(@"\A[a-zA-Z0-9\-._~%!$&'()+,;:@=]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex LiteralPattern { get; }
}
