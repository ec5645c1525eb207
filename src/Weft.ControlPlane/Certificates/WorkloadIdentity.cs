using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Weft.ControlPlane.Certificates;

/// <summary>The SPIFFE identity in a certificate: its one URI name.</summary>
internal static class WorkloadIdentity
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Null when there is none, or more than one.</summary>
    public static CallerIdentity? Of(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == SubjectAlternativeName);
        if (names is null)
        {
            return null;
        }

        try
        {
            return Uris(names.RawData) is [var uri] ? CallerIdentity.Parse(uri) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static List<string> Uris(byte[] extension)
    {
        var uris = new List<string>();
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag() == s_uri)
            {
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, s_uri));
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return uris;
    }
}
