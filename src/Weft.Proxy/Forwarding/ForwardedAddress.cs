using System.Net;
using System.Net.Sockets;
using Weft.Proxy.Filters.Network;

namespace Weft.Proxy.Forwarding;

/// <summary>The client in x-forwarded-for (Envoy's Utility::getLastAddressFromXFF): each proxy on the way has appended the address that it saw.</summary>
internal static class ForwardedAddress
{
    /// <summary>
    /// A gateway (use_remote_address) believes as many entries as it has trusted proxies before it; others believe the last entry, or as many before it as xff_num_trusted_hops says.
    /// </summary>
    /// <param name="header">As it came: without what this proxy appends.</param>
    /// <returns>Null where nobody is believed, or no address stands there. It has no port: 0.</returns>
    public static IPEndPoint? Of(string? header, HttpConnectionManagerModel manager)
    {
        if (string.IsNullOrEmpty(header) || (manager.UsesRemoteAddress && manager.TrustedHops == 0))
        {
            return null;
        }

        var entries = header.Split(',', StringSplitOptions.TrimEntries);
        var index = entries.Length - 1 - (long)(manager.UsesRemoteAddress ? manager.TrustedHops - 1 : manager.TrustedHops);
        return index >= 0 && Parse(entries[index]) is { } address ? new IPEndPoint(address, 0) : null;
    }

    // Only whole addresses: the framework would also take 7 for 0.0.0.7, and a port in brackets.
    private static IPAddress? Parse(string text) =>
        !text.StartsWith('[') && IPAddress.TryParse(text, out var address) && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text) ? address : null;
}
