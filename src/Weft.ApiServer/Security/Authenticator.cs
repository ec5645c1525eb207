using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Weft.ApiServer.Security;

/// <summary>Finds out who is calling: client certificate, bearer token, or anonymous; then impersonation.</summary>
internal sealed class Authenticator(ServiceAccountTokens tokens)
{
    /// <summary>Throws 401 for a credential that is not valid.</summary>
    public UserIdentity Authenticate(HttpContext context)
    {
        if (context.Connection.ClientCertificate is { } certificate) return FromCertificate(certificate);
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return UserIdentity.Anonymous;
        const string scheme = "Bearer ";
        var verified = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? tokens.Verify(header[scheme.Length..].Trim()) : null;
        return verified is not null && verified.Audiences.Contains(ServiceAccountTokens.DefaultAudience)
            ? verified.User
            : throw new StatusException(401, "Unauthorized", "Unauthorized");
    }

    private static UserIdentity FromCertificate(X509Certificate2 certificate)
    {
        var name = "";
        var groups = new List<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements) continue;
            var value = part.GetSingleElementValue() ?? "";
            if (part.GetSingleElementType().Value == "2.5.4.3") name = value;
            else if (part.GetSingleElementType().Value == "2.5.4.10") groups.Add(value);
        }

        groups.Add(UserIdentity.AuthenticatedGroup);
        return new UserIdentity(name, "", groups);
    }
}
