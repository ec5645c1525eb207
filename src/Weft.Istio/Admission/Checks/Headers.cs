using System.Text.RegularExpressions;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission.Checks;

/// <summary>Names and values of HTTP headers. Each method gives what is wrong, or null.</summary>
internal static partial class Headers
{
    private const string ClaimPrefix = "@request.auth.claims";
    private const string EmptyName = "header name cannot be empty";

    /// <summary>The name stands for a claim of a verified token: <c>@request.auth.claims.a.b</c> or <c>@request.auth.claims[a][b]</c>.</summary>
    public static bool IsClaim(string name)
    {
        if (!name.StartsWith(ClaimPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = name.AsSpan(ClaimPrefix.Length);
        return (rest.StartsWith(".") && rest.Length > 1) || (rest.StartsWith("[") && rest.EndsWith("]") && rest.Length > 2);
    }

    /// <summary>A name that a route matches on.</summary>
    public static string? Matched(string name) =>
        name.Length == 0 ? EmptyName
        : IsClaim(name) || name is ":method" or ":scheme" or ":authority" or ":path" or ":status" || TokenPattern.IsMatch(name) ? null
        : NotValid(name);

    /// <summary>A name in a CORS policy; a star stands for all.</summary>
    public static string? Cors(string name) => name.Length == 0 ? EmptyName : name == "*" || TokenPattern.IsMatch(name) ? null : NotValid(name);

    /// <summary>A name of letters, digits and dashes alone.</summary>
    public static string? Plain(string name) => name.Length == 0 ? EmptyName : PlainPattern.IsMatch(name) ? null : NotValid(name);

    public static bool IsAuthority(string name) =>
        name.Equals(":authority", StringComparison.OrdinalIgnoreCase) || name.Equals("host", StringComparison.OrdinalIgnoreCase);

    /// <summary>Operations on the headers of requests and responses, at a route or at one of its destinations.</summary>
    public static Findings CheckOperations(Spec headers)
    {
        var findings = new Findings();
        var request = headers.Message("request");
        foreach (var (name, value) in request.TextMap("add").Concat(request.TextMap("set")))
        {
            findings.Error(SetInRequest(name));
            findings.Error(Value(value));
        }

        CheckNames(request.Texts("remove"), findings);
        var response = headers.Message("response");
        foreach (var (name, value) in response.TextMap("add").Concat(response.TextMap("set")))
        {
            findings.Error(Changed(name));
            findings.Error(Value(value));
        }

        CheckNames(response.Texts("remove"), findings);
        return findings;
    }

    private static void CheckNames(IEnumerable<string> names, Findings findings)
    {
        foreach (var name in names)
        {
            findings.Error(Changed(name));
        }
    }

    private static string? SetInRequest(string name) =>
        name.Length == 0 ? EmptyName : name[0] == ':' && !IsAuthority(name) ? PseudoHeader(name) : null;

    private static string? Changed(string name) =>
        name.Length == 0 ? EmptyName
        : name.Equals("host", StringComparison.OrdinalIgnoreCase) ? $"invalid header {GoText.Quote(name)}: cannot set Host header"
        : name[0] == ':' ? PseudoHeader(name)
        : null;

    /// <summary>A value with Envoy's command operators; a percent sign of its own is doubled.</summary>
    private static string? Value(string value) =>
        value.Any(c => c is < ' ' and not '\t' or (char)0x7f) ? $"header value configuration {value} is invalid"
        : HeaderFormat.Problem(value) is { } problem ? $"header value configuration: {problem}"
        : null;

    private static string NotValid(string name) => $"header name {name} is not a valid header name";

    private static string PseudoHeader(string name) => $"invalid header {GoText.Quote(name)}: header cannot have \":\" prefix";

    [GeneratedRegex(@"\A[!#$%&'*+,\-.^_`|~A-Za-z0-9]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex TokenPattern { get; }

    [GeneratedRegex(@"\A[-A-Za-z0-9]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex PlainPattern { get; }
}
