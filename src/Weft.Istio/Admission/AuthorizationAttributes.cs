using System.Globalization;
using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>The attributes that conditions of an AuthorizationPolicy are about, and their values.</summary>
internal static class AuthorizationAttributes
{
    private const int MostAccounts = 16;
    private const int LongestAccount = 320;
    private const string AccountForm = "expected format 'serviceAccount' or 'namespace/serviceAccount', found";

    public static void CheckCondition(Spec condition, Findings findings)
    {
        var key = condition.Text("key");
        var (values, notValues) = (condition.Texts("values"), condition.Texts("notValues"));
        if (key.Length == 0)
        {
            findings.Error("`key` must not be empty");
        }
        else if (values.Count == 0 && notValues.Count == 0)
        {
            findings.Error($"at least one of `values` or `notValues` must be set for key {key}");
        }
        else
        {
            findings.Error(Problem(key, values) is { } value ? $"invalid `value` for `key` {key}: {value}" : null);
            findings.Error(Problem(key, notValues) is { } notValue ? $"invalid `notValue` for `key` {key}: {notValue}" : null);
        }
    }

    public static Findings CheckAddresses(IEnumerable<string> values)
    {
        var findings = new Findings();
        foreach (var value in values)
        {
            if (value.Contains('/', StringComparison.Ordinal))
            {
                findings.ListedError(Hosts.BlockProblem(value) is { } problem ? $"bad CIDR range ({value}): {problem}" : null);
            }
            else
            {
                findings.ListedError(Hosts.IsAddress(value) ? null : $"bad IP address ({value})");
            }
        }

        return findings;
    }

    public static Findings CheckPorts(IEnumerable<string> values)
    {
        var findings = new Findings();
        foreach (var value in values)
        {
            findings.ListedError(PortProblem(value) is { } problem ? $"bad port ({value}): {problem}" : null);
        }

        return findings;
    }

    public static string? EmptyValue(string name, IEnumerable<string> values) => values.Contains("") ? $"empty value not allowed, found in {name}" : null;

    public static string? ServiceAccountProblem(string name, IReadOnlyList<string> values) =>
        values.Count > MostAccounts ? "may not have more than 16 values" : values.Select(value => ServiceAccountProblem(name, value)).FirstOrDefault(problem => problem is not null);

    private static string? ServiceAccountProblem(string name, string value)
    {
        var parts = value.Split('/');
        return value.Length == 0 ? $"empty value not allowed, found in {name}"
            : value.Contains('*', StringComparison.Ordinal) ? $"wildcard not allowed, found in {name}"
            : parts.Length > 2 ? $"{AccountForm} {GoText.Quote(value)} in {name}"
            : value.Length > LongestAccount ? $"value cannot exceed 320 characters, found {GoText.Quote(value)} in {name}"
            : parts is ["", _] ? $"{AccountForm} empty namespace {GoText.Quote(value)} in {name}"
            : parts is [_, ""] ? $"{AccountForm} empty serviceAccount {GoText.Quote(value)} in {name}"
            : null;
    }

    private static string? Problem(string key, IReadOnlyList<string> values) => EmptyValue(key, values) ?? key switch
    {
        "source.ip" or "remote.ip" or "destination.ip" => CheckAddresses(values).ErrorText(),
        "destination.port" => CheckPorts(values).ErrorText(),
        "source.serviceAccount" => ServiceAccountProblem(key, values),
        "source.namespace" or "source.principal" or "request.auth.principal" or "request.auth.audiences" or "request.auth.presenter" or "connection.sni" => null,
        "destination.namespace" => $"attribute {key} is replaced by the metadata.namespace",
        "destination.name" or "destination.user" => $"deprecated attribute {key}: only supported in v1alpha1",
        _ when StartsWithAny(key, "request.headers", "request.experimental.inline.headers", "request.auth.claims", "experimental.envoy.filters.") => KeyProblem(key),
        _ when StartsWithAny(key, "destination.labels") => $"attribute {key} is replaced by the workload selector",
        _ => $"unknown attribute: {key}",
    };

    /// <summary>A key with the name of a part in brackets.</summary>
    private static string? KeyProblem(string key)
    {
        var open = key.IndexOf('[', StringComparison.Ordinal);
        return key.EndsWith(']') && open > 0 && open < key.Length - 2 ? null : $"bad key ({key}): should have format a[b]";
    }

    private static string? PortProblem(string value)
    {
        if (value.Length == 0 || !value.All(char.IsAsciiDigit))
        {
            return $"strconv.ParseUint: parsing {GoText.Quote(value)}: invalid syntax";
        }

        return !uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? $"strconv.ParseUint: parsing {GoText.Quote(value)}: value out of range"
            : port > 65535 ? "<nil>"
            : null;
    }

    private static bool StartsWithAny(string key, params ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
