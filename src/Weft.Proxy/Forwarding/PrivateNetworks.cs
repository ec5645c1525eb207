using System.Net;

namespace Weft.Proxy.Forwarding;

/// <summary>Addresses that are inside by Envoy's default: RFC 1918, RFC 4193 and loopback.</summary>
internal static class PrivateNetworks
{
    private static readonly IPNetwork[] Networks =
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("::1/128")];

    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Networks, network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }
}
