using System.Net;
using System.Net.Sockets;

namespace Weft.ApiServer.Schemas.Cel;

internal sealed record CelIp(IPAddress Address) : ICelObject
{
    public string TypeName => "net.IP";

    public override string ToString() => Address.ToString();
}

internal sealed record CelCidr(IPAddress Address, int Prefix) : ICelObject
{
    public string TypeName => "net.CIDR";

    public IPAddress Masked { get; } = CelNetworkLibrary.Mask(Address, Prefix);

    public override string ToString() => $"{Address}/{Prefix}";
}

/// <summary>Kubernetes' IP and CIDR library.</summary>
internal static class CelNetworkLibrary
{
    public static Dictionary<string, CelFunction> Functions { get; } = Build();

    public static IPAddress Mask(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++) bytes[i] &= (byte)(0xff00 >> Math.Clamp(prefix - (i * 8), 0, 8));
        return new IPAddress(bytes);
    }

    private static Dictionary<string, CelFunction> Build()
    {
        var functions = new Dictionary<string, CelFunction>(StringComparer.Ordinal)
        {
            ["ip"] = a => a is [string text] ? new CelIp(Ip(text) ?? throw new CelException($"IP Address {Quoted(text)} parse error during conversion from string: ParseAddr({Quoted(text)}): unable to parse IP")) : throw CelException.NoOverload(),
            ["isIP"] = a => a is [string text] ? Ip(text) is not null : throw CelException.NoOverload(),
            ["ip.isCanonical"] = a => a is [string text] ? (Ip(text) ?? throw new CelException($"IP Address {Quoted(text)} parse error during conversion from string: ParseAddr({Quoted(text)}): unable to parse IP")).ToString() == text : throw CelException.NoOverload(),
            ["cidr"] = a => a is [string text] ? Cidr(text) ?? throw new CelException($"network address parse error during conversion from string: netip.ParsePrefix({Quoted(text)}): no '/'") : throw CelException.NoOverload(),
            ["isCIDR"] = a => a is [string text] ? Cidr(text) is not null : throw CelException.NoOverload(),
            [".family"] = a => a is [CelIp ip] ? ip.Address.AddressFamily == AddressFamily.InterNetwork ? 4L : 6L : throw CelException.NoOverload(),
            [".ip"] = a => a is [CelCidr cidr] ? new CelIp(cidr.Address) : throw CelException.NoOverload(),
            [".masked"] = a => a is [CelCidr cidr] ? new CelCidr(cidr.Masked, cidr.Prefix) : throw CelException.NoOverload(),
            [".prefixLength"] = a => a is [CelCidr cidr] ? (long)cidr.Prefix : throw CelException.NoOverload(),
            [".containsIP"] = a => a switch
            {
                [CelCidr cidr, CelIp ip] => Contains(cidr, ip.Address, cidr.Prefix),
                [CelCidr cidr, string text] => Contains(cidr, Ip(text) ?? throw new CelException($"IP Address {Quoted(text)} parse error during conversion from string: ParseAddr({Quoted(text)}): unable to parse IP"), cidr.Prefix),
                _ => throw CelException.NoOverload(),
            },
            [".containsCIDR"] = a => a switch
            {
                [CelCidr cidr, CelCidr inner] => Contains(cidr, inner.Address, inner.Prefix),
                [CelCidr cidr, string text] => Cidr(text) is { } inner ? Contains(cidr, inner.Address, inner.Prefix) : throw new CelException("network address parse error during conversion from string"),
                _ => throw CelException.NoOverload(),
            },
        };
        foreach (var (name, test) in Tests()) functions[name] = a => a is [CelIp ip] ? test(ip.Address) : throw CelException.NoOverload();
        return functions;
    }

    private static IEnumerable<(string Name, Func<IPAddress, bool> Test)> Tests()
    {
        yield return (".isUnspecified", a => a.Equals(IPAddress.Any) || a.Equals(IPAddress.IPv6Any));
        yield return (".isLoopback", IPAddress.IsLoopback);
        yield return (".isLinkLocalMulticast", a => a.GetAddressBytes() is [224, 0, 0, _] or [0xff, 2, ..]);
        yield return (".isLinkLocalUnicast", IsLinkLocal);
        yield return (".isGlobalUnicast", a => !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any) && !a.Equals(IPAddress.Broadcast) && !IPAddress.IsLoopback(a) && !IsLinkLocal(a) && !IsMulticast(a));
    }

    private static bool IsLinkLocal(IPAddress address) => address.IsIPv6LinkLocal || address.GetAddressBytes() is [169, 254, _, _];

    private static bool IsMulticast(IPAddress address) => address.IsIPv6Multicast || address.GetAddressBytes() is [>= 224 and <= 239, _, _, _];

    /// <summary>Strict: four decimal parts without leading zeros, or IPv6 without zone and without an embedded IPv4 address.</summary>
    private static IPAddress? Ip(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
            return !text.Contains('%', StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal) && IPAddress.TryParse(text, out var six) && !six.IsIPv4MappedToIPv6 ? six : null;
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(p => p.Length is > 0 and < 4 && p.All(char.IsAsciiDigit) && (p.Length == 1 || p[0] != '0') && int.Parse(p, System.Globalization.CultureInfo.InvariantCulture) < 256) ? IPAddress.Parse(text) : null;
    }

    private static CelCidr? Cidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || Ip(text[..slash]) is not { } address) return null;
        var digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || !digits.All(char.IsAsciiDigit) || (digits.Length > 1 && digits[0] == '0')) return null;
        var prefix = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        return prefix <= address.GetAddressBytes().Length * 8 ? new CelCidr(address, prefix) : null;
    }

    private static bool Contains(CelCidr cidr, IPAddress address, int prefix) =>
        address.AddressFamily == cidr.Address.AddressFamily && prefix >= cidr.Prefix && Mask(address, cidr.Prefix).Equals(cidr.Masked);

    private static string Quoted(string text) => Admission.ObjectValidation.Quote(text);
}
