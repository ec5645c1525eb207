using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission.Checks;

/// <summary>Host names and addresses. Each method gives what is wrong, or null.</summary>
internal static partial class Hosts
{
    private const int LongestName = 255;
    private const int LongestLabel = 63;
    private const string Unix = "unix://";
    private const string GeneratedSniFormat = "outbound_.<PORT>_._.<HOSTNAME>";

    public static bool IsLabel(string text) => text.Length <= LongestLabel && LabelPattern.IsMatch(text);

    public static bool IsUnix(string address) => address.StartsWith(Unix, StringComparison.Ordinal);

    /// <summary>A name without any star.</summary>
    public static string? Name(string host) => Size(host) ?? Labels(host);

    /// <summary>A name whose first label may be a star or begin with one.</summary>
    public static string? NameOrWildcard(string host)
    {
        if (Size(host) is { } problem)
        {
            return problem;
        }

        var dot = host.IndexOf('.', StringComparison.Ordinal);
        var first = dot < 0 ? host : host[..dot];
        if (first.Length > LongestLabel || !WildcardLabelPattern.IsMatch(first))
        {
            return BadLabel(host, first);
        }

        return dot < 0 ? null : Labels(host[(dot + 1)..]);
    }

    /// <summary>As <see cref="NameOrWildcard"/>; where server names decide, also the names that gateways of AUTO_PASSTHROUGH see.</summary>
    public static string? OfGatewayRoute(bool bySni, string host)
    {
        if (!bySni || !host.StartsWith("outbound_", StringComparison.Ordinal))
        {
            return NameOrWildcard(host);
        }

        if (Size(host) is { } problem)
        {
            return problem;
        }

        var parts = host.Split('_');
        if (parts.Length < 4)
        {
            return $"domain name {host} invalid, should follow '{GeneratedSniFormat}' format";
        }

        var port = parts[1].Trim('.');
        var name = parts[3].Trim('.');
        return !port.Any(char.IsAsciiDigit) ? $"{BadLabel(host, port)}. should follow {GeneratedSniFormat} format"
            : !name.Any(char.IsAsciiLetter) ? $"{BadLabel(host, name)}. should follow {GeneratedSniFormat} format"
            : null;
    }

    public static string? PartialWildcard(string host) =>
        host.Contains('*', StringComparison.Ordinal) && host.Length != 1 && !host.StartsWith("*.", StringComparison.Ordinal)
            ? $"partial wildcard {GoText.Quote(host)} not allowed"
            : null;

    /// <summary>A server's host at a gateway, or a host that a sidecar sees: both with the namespace before a slash, which a gateway may leave out.</summary>
    public static Findings WithNamespace(string host, bool atGateway)
    {
        var findings = new Findings();
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 && atGateway)
        {
            NameAfterNamespace(host, atGateway, findings);
            return findings;
        }

        if (slash < 0)
        {
            findings.Error("host must be of form namespace/dnsName");
            return findings;
        }

        var (@namespace, name) = (host[..slash], host[(slash + 1)..]);
        findings.ErrorIf(@namespace.Length == 0 || name.Length == 0, "config namespace and dnsName in host entry cannot be empty");
        var isSpecial = @namespace is "*" or "." || (@namespace == "~" && !atGateway);
        findings.ErrorIf(!isSpecial && !IsLabel(@namespace), $"invalid namespace value {GoText.Quote(@namespace)} in {(atGateway ? "gateway" : "sidecar")}");
        NameAfterNamespace(name, atGateway, findings);
        return findings;
    }

    public static bool IsAddress(string text) => text.Length > 0 && !text.Contains('/', StringComparison.Ordinal) && IsGoAddress(text);

    public static string? Address(string text) => IsAddress(text) ? null : $"{text} is not a valid IP";

    /// <summary>An address, or a block of addresses with its length.</summary>
    public static string? AddressOrBlock(string text) =>
        text.Count('/') != 1 ? Address(text)
        : IsBlock(text) ? null
        : $"{text} is not a valid CIDR block";

    /// <summary>What Go says of a block that is none; null for a good one.</summary>
    public static string? BlockProblem(string text)
    {
        var slash = text.LastIndexOf('/');
        var prefix = $"netip.ParsePrefix({GoText.Quote(text)}): ";
        if (!IsAddress(text[..slash]))
        {
            return $"{prefix}ParseAddr({GoText.Quote(text[..slash])}): {(text[..slash].Length == 0 ? "unable to parse IP" : AddressProblem(text[..slash]))}";
        }

        return !IsBlock(text)
            ? int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? prefix + "prefix length out of range"
                : $"{prefix}bad bits after slash: {GoText.Quote(text[(slash + 1)..])}"
            : null;
    }

    /// <summary>The path of a unix domain socket, after its scheme.</summary>
    public static string? UnixPath(string address)
    {
        var path = address[Unix.Length..];
        return path.Length == 0 ? "unix address must not be empty"
            : path[0] == '@' ? null
            : path[0] != '/' || path[^1] == '/' ? $"{path} is not an absolute path to a file"
            : null;
    }

    private static void NameAfterNamespace(string name, bool atGateway, Findings findings)
    {
        findings.ErrorIf(name != "*" && !name.Contains('.', StringComparison.Ordinal), "short names (non FQDN) are not allowed");
        if (NameOrWildcard(name) is { } problem)
        {
            findings.ErrorIf(!atGateway, problem);
            findings.ErrorIf(!IsAddress(name), problem);
        }

        findings.Error(PartialWildcard(name));
    }

    private static string? Size(string host) =>
        host.Length > LongestName ? $"domain name {GoText.Quote(host)} too long (max 255)"
        : host.Length == 0 ? "empty domain name not allowed"
        : null;

    private static string? Labels(string domain)
    {
        var labels = domain.Split('.');
        if (long.TryParse(labels[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return $"domain name {GoText.Quote(domain)} invalid (top level domain {GoText.Quote(labels[^1])} cannot be all-numeric)";
        }

        // The last label may be empty: a name that ends in a dot.
        var checkedLabels = labels[^1].Length == 0 ? labels.SkipLast(1) : labels;
        return checkedLabels.FirstOrDefault(label => !IsLabel(label)) is { } bad ? BadLabel(domain, bad) : null;
    }

    private static string BadLabel(string domain, string label) => $"domain name {GoText.Quote(domain)} invalid (label {GoText.Quote(label)} invalid)";

    /// <summary>.NET also takes shortened and hexadecimal forms, which Go does not.</summary>
    private static bool IsGoAddress(string text) =>
        IPAddress.TryParse(text, out _) && (text.Contains(':', StringComparison.Ordinal) ? !text.StartsWith('[') : DottedPattern.IsMatch(text));

    private static bool IsBlock(string text)
    {
        var slash = text.LastIndexOf('/');
        var bits = text[(slash + 1)..];
        return IsAddress(text[..slash])
            && bits.Length > 0 && (bits == "0" || bits[0] != '0')
            && int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= (text.Contains(':', StringComparison.Ordinal) ? 128 : 32);
    }

    private static string AddressProblem(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return "unexpected character";
        }

        var fields = text.Split('.');
        return fields.Length == 1 ? "unable to parse IP"
            : fields.Any(field => field.Length > 0 && field.All(char.IsAsciiDigit) && (field.Length > 3 || int.Parse(field, CultureInfo.InvariantCulture) > 255)) ? "IPv4 field has value >255"
            : fields.Length < 4 ? "IPv4 address too short"
            : fields.Length > 4 ? "IPv4 address too long"
            : "unexpected character";
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex LabelPattern { get; }

    [GeneratedRegex(@"\A(\*|(\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)\z", RegexOptions.NonBacktracking)]
    private static partial Regex WildcardLabelPattern { get; }

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}\z", RegexOptions.NonBacktracking)]
    private static partial Regex DottedPattern { get; }
}
