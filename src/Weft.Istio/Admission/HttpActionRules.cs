using System.Text;
using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>What an HTTP rule answers or changes: redirect, direct response, rewrite.</summary>
internal static class HttpActionRules
{
    private const int LargeBody = 100 * 1024;
    private const int LargestBody = 1024 * 1024;

    public static string? Redirect(Spec redirect)
    {
        if (!redirect.Exists)
        {
            return null;
        }

        var hasPort = redirect.Has("port") || redirect.Has("derivePort");
        if (redirect.Text("uri").Length == 0 && redirect.Text("authority").Length == 0 && !hasPort && redirect.Text("scheme").Length == 0)
        {
            return "redirect must specify URI, authority, scheme, or port";
        }

        var code = redirect.Number("redirectCode");
        return code is not 0 and (< 300 or > 399) ? $"{GoText.Integer(code)} is not a valid redirect code, must be 3xx"
            : redirect.Text("scheme") is not ("" or "http" or "https") ? "invalid redirect scheme, must be \"http\" or \"https\""
            : redirect.Number("port") is not 0 and var port ? Values.Port(port)
            : null;
    }

    public static Findings CheckDirectResponse(Spec response)
    {
        var findings = new Findings();
        if (!response.Exists)
        {
            return findings;
        }

        var size = BodySize(response.Message("body"));
        if (size > LargestBody)
        {
            findings.Error("large direct_responses may impact control plane performance, must be less than 1MB");
        }
        else if (size > LargeBody)
        {
            findings.Warning("large direct_responses may impact control plane performance");
        }

        findings.Error(Status(response.Number("status")));
        return findings;
    }

    public static string? Status(double status) => status is >= 200 and <= 600 ? null : $"HTTP status {GoText.Integer(status)} is not in range 200-599";

    public static string? Rewrite(Spec rewrite)
    {
        if (!rewrite.Exists)
        {
            return null;
        }

        var regex = rewrite.Message("uriRegexRewrite");
        var hasUri = rewrite.Text("uri").Length > 0;
        if (hasUri && regex.Exists)
        {
            return "rewrite may only contain one of URI or UriRegexRewrite";
        }

        if (!hasUri && !regex.Exists && rewrite.Text("authority").Length == 0)
        {
            return "rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified";
        }

        return regex.Exists && RegexRewrite(regex) is { } problem ? $"UriRegexRewrite has errors\n{problem}" : null;
    }

    /// <summary>The authority is set in one place at most.</summary>
    public static string? AuthorityRewrite(Spec route)
    {
        var current = route.Message("rewrite").Text("authority");
        var request = route.Message("headers").Message("request");
        foreach (var (_, value) in request.TextMap("set").Concat(request.TextMap("add")).Where(header => Headers.IsAuthority(header.Key)))
        {
            if (current.Length > 0)
            {
                return $"authority header cannot be set multiple times: have {GoText.Quote(current)}, attempting to set {GoText.Quote(value)}";
            }

            current = value;
        }

        return null;
    }

    private static string? RegexRewrite(Spec regex) => regex.Text("match").Length == 0 || regex.Text("rewrite").Length == 0
        ? "UriRegexRewrite requires both Rewrite and Match fields to be specified"
        : Values.Regex(regex.Text("match"), "HTTPRewrite.UriRegexRewrite.Match");

    private static int BodySize(Spec body) => body.Has("string")
        ? Encoding.UTF8.GetByteCount(body.Text("string"))
        : body.Text("bytes").TrimEnd('=').Length * 3 / 4;
}
