using System.Net;

namespace Weft.ApiServer.Admission;

/// <summary>Kubernetes' rules for addresses, networks and the names and numbers of ports, with its words.</summary>
internal static class AddressRules
{
    private const string NoAddress = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    private const string NoNetwork = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    private const string NoPort = "must be between 1 and 65535, inclusive";

    public static IEnumerable<string> Address(string text)
    {
        if (Parse(text) is null) yield return NoAddress;
    }

    /// <summary>An address that others can reach.</summary>
    public static IEnumerable<string> OrdinaryAddress(string text)
    {
        if (Parse(text) is not { } address)
        {
            yield return NoAddress;
            yield break;
        }

        var bytes = address.GetAddressBytes();
        if (bytes.All(b => b == 0)) yield return "may not be unspecified (0.0.0.0 or ::)";
        if (IPAddress.IsLoopback(address)) yield return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        if (bytes is [169, 254, _, _] || address.IsIPv6LinkLocal) yield return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        if (bytes is [224, 0, 0, _] || bytes is [0xff, 0x02, ..]) yield return "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
    }

    public static IEnumerable<string> Network(string text)
    {
        var parts = text.Split('/');
        var isNetwork = parts.Length == 2 && Parse(parts[0]) is { } address
            && int.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length)
            && length <= address.GetAddressBytes().Length * 8;
        if (!isNetwork) yield return NoNetwork;
    }

    public static IEnumerable<string> PortNumber(long number)
    {
        if (number is < 1 or > 65535) yield return NoPort;
    }

    public static IEnumerable<string> PortName(string name)
    {
        if (name.Length > 15) yield return "must be no more than 15 characters";
        if (name.Length == 0 || name.Any(c => c is not ('-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')))) yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        if (!name.Any(c => c is >= 'a' and <= 'z')) yield return "must contain at least one letter (a-z)";
        if (name.Contains("--", StringComparison.Ordinal)) yield return "must not contain consecutive hyphens";
        if (name.StartsWith('-') || name.EndsWith('-')) yield return "must not begin or end with a hyphen";
    }

    /// <summary>Only the usual notations: .NET would also take `1` and `0x7f.1`.</summary>
    private static IPAddress? Parse(string text) =>
        (text.Contains(':', StringComparison.Ordinal) || (text.Count('.') == 3 && text.All(c => c is '.' or (>= '0' and <= '9')) && text.Split('.').All(part => part.Length > 0)))
            && !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address)
            ? address
            : null;
}
