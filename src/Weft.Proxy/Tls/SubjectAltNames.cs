using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Proxy.Tls;

/// <summary>The subject alternative names of a certificate that Envoy matches and reports.</summary>
internal sealed record SubjectAltNames(IReadOnlyList<string> Uris, IReadOnlyList<string> DnsNames)
{
    public static SubjectAltNames None { get; } = new([], []);

    private const string ExtensionOid = "2.5.29.17";

    /// <summary>Reads the extension; a malformed one counts as none.</summary>
    public static SubjectAltNames Of(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == ExtensionOid)
            {
                return Read(extension.RawData);
            }
        }

        return None;
    }

    private static SubjectAltNames Read(byte[] der)
    {
        var uris = new List<string>();
        var names = new List<string>();
        try
        {
            var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue is 2 or 6)
                {
                    (tag.TagValue == 2 ? names : uris).Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, new Asn1Tag(TagClass.ContextSpecific, tag.TagValue)));
                }
                else
                {
                    sequence.ReadEncodedValue();
                }
            }
        }
        catch (Exception error) when (error is AsnContentException or CryptographicException)
        {
            return None;
        }

        return new SubjectAltNames(uris, names);
    }
}
