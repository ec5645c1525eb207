using Microsoft.AspNetCore.Http;

namespace Weft.Proxy.Forwarding;

/// <summary>The cookies of a request (RFC 6265 section 4.2).</summary>
internal static class RequestCookies
{
    /// <summary>The value of one cookie; null when it was not sent.</summary>
    /// <param name="headers">Of the request.</param>
    public static string? Find(IHeaderDictionary headers, string name)
    {
        foreach (var header in headers.Cookie)
        {
            foreach (var part in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
            {
                if (part.Length > name.Length && part[name.Length] == '=' && part.StartsWith(name, StringComparison.Ordinal))
                {
                    return part[(name.Length + 1)..].Trim('"');
                }
            }
        }

        return null;
    }
}
