using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>RequestAuthentication: which tokens are good, and where they are found.</summary>
internal static class RequestAuthenticationRules
{
    public static Findings Check(ConfigObject item)
    {
        var findings = Labels.CheckAttachment(item.Spec);
        foreach (var rule in item.Spec.Messages("jwtRules").Where(rule => rule.Exists))
        {
            CheckRule(rule, findings);
        }

        return findings;
    }

    private static void CheckRule(Spec rule, Findings findings)
    {
        NotEmpty(rule.Texts("audiences"), "audience must be non-empty string", findings);
        var (keysAt, keys) = (rule.Text("jwksUri"), rule.Text("jwks"));
        findings.ListedError(rule.Text("issuer").Length == 0 && keysAt.Length == 0 ? "issuer or jwksUri must be non-empty string" : null);
        findings.ListedError(keysAt.Length > 0 ? KeysUri(keysAt) : null);
        findings.ListedError(keys.Length > 0 && KeySet(keys) is { } problem ? $"jwks parse error: {problem}" : null);
        foreach (var header in rule.Messages("fromHeaders"))
        {
            findings.ListedError(!header.Exists ? "location header name must be non-null" : header.Text("name").Length == 0 ? "location header name must be non-empty string" : null);
        }

        NotEmpty(rule.Texts("fromParams"), "location query must be non-empty string", findings);
        NotEmpty(rule.Texts("fromCookies"), "cookie name must be non-empty string", findings);
        foreach (var output in rule.Messages("outputClaimToHeaders"))
        {
            findings.ListedError(!output.Exists ? "outputClaimToHeaders must not be null"
                : output.Text("claim").Length == 0 || output.Text("header").Length == 0 ? "outputClaimToHeaders header and claim value must be non-empty string"
                : Headers.Plain(output.Text("header")));
        }

        findings.ListedError(Values.Duration(rule.Duration("timeout")));
    }

    private static void NotEmpty(IEnumerable<string> values, string problem, Findings findings)
    {
        foreach (var value in values)
        {
            findings.ListedError(value.Length == 0 ? problem : null);
        }
    }

    private static string? KeysUri(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : uri[..colon].ToLowerInvariant();
        return scheme is "http" or "https" ? null : $"URI scheme {GoText.Quote(scheme)} is not supported";
    }

    /// <summary>A set of JSON web keys, or a single one.</summary>
    private static string? KeySet(string text)
    {
        const string prefix = "failed to unmarshal JWK set: ";
        if (GoJsonSyntax.Error(text) is { } syntax)
        {
            return prefix + syntax;
        }

        if (Parse(text) is not JsonObject set)
        {
            return prefix + "json: cannot unmarshal into Go value of type map[string]json.RawMessage";
        }

        var keys = set["keys"] is JsonArray list ? list.ToArray() : [set];
        return keys.All(key => key is JsonObject each && each["kty"] is JsonValue) ? null : prefix + "failed to unmarshal key: failed to find \"kty\" field";
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Deeper than our reader goes: not a key set either.
            return null;
        }
    }
}
