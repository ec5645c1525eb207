using System.Security.Cryptography;
using Weft.Proxy.Filters.Network;

namespace Weft.Proxy.Forwarding;

/// <summary>The header x-forwarded-client-cert: what becomes of the one that came, and what is told of the client's own certificate (forward_client_cert_details).</summary>
internal static class ClientCertificateHeader
{
    private const string Name = "x-forwarded-client-cert";

    public static void Apply(HttpExchange exchange)
    {
        var rule = exchange.Manager.ClientCertificate;
        var headers = exchange.RequestHeaders;
        var tls = exchange.Connection.Tls;
        var isMutual = tls is { PeerHash.Length: > 0 };
        switch (rule.Rule)
        {
            case ClientCertificateRule.AlwaysForwardOnly:
                return;
            case ClientCertificateRule.ForwardOnly when isMutual:
                return;
            case ClientCertificateRule.AppendForward when isMutual:
                var present = headers.TryGetValue(Name, out var values) ? string.Join(',', values.ToArray()) : "";
                headers[Name] = present.Length > 0 ? $"{present},{Described(exchange.Connection, rule)}" : Described(exchange.Connection, rule);
                return;
            case ClientCertificateRule.SanitizeSet when isMutual:
                headers[Name] = Described(exchange.Connection, rule);
                return;
            default:
                headers.Remove(Name);
                return;
        }
    }

    // The same for every request of a connection, but for those that come to several listeners.
    private static string Described(Listeners.DownstreamConnection connection, ClientCertificateForwarding rule)
    {
        if (connection.ForwardedCertificate is { } known && ReferenceEquals(known.Rule, rule))
        {
            return known.Text;
        }

        var text = Describe(connection.Tls!, rule);
        connection.ForwardedCertificate = new ForwardedCertificate(rule, text);
        return text;
    }

    private static string Describe(Tls.TlsSession tls, ClientCertificateForwarding rule)
    {
        var parts = new List<string>();
        if (tls.LocalUri.Length > 0)
        {
            parts.Add($"By={tls.LocalUri}");
        }

        parts.Add($"Hash={tls.PeerHash}");
        if (rule.Certificate)
        {
            parts.Add($"Cert=\"{Escaped(tls.PeerCertificate.Span)}\"");
        }

        if (rule.Chain)
        {
            parts.Add($"Chain=\"{string.Concat(tls.PeerIntermediates.Prepend(tls.PeerCertificate).Select(certificate => Escaped(certificate.Span)))}\"");
        }

        if (rule.Subject)
        {
            parts.Add($"Subject=\"{tls.PeerSubject.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }

        if (rule.Uri)
        {
            parts.AddRange(tls.PeerNames.Uris.Count > 0 ? tls.PeerNames.Uris.Select(uri => $"URI={uri}") : ["URI="]);
        }

        if (rule.Dns)
        {
            parts.AddRange(tls.PeerNames.DnsNames.Select(name => $"DNS={name}"));
        }

        return string.Join(';', parts);
    }

    /// <summary>PEM with a line's end after it, its special characters written as in an address.</summary>
    private static string Escaped(ReadOnlySpan<byte> certificate) => $"{PemEncoding.WriteString("CERTIFICATE", certificate)}\n"
        .Replace("\n", "%0A", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal).Replace("+", "%2B", StringComparison.Ordinal)
        .Replace("/", "%2F", StringComparison.Ordinal).Replace("=", "%3D", StringComparison.Ordinal);
}
