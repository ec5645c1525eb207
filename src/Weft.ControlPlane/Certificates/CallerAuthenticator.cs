using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Certificates;

/// <summary>Who calls on the secure port: the client certificate of the mesh, else the bearer token that the API server knows.</summary>
public sealed class CallerAuthenticator(KubeClient client, string trustDomain)
{
    public const string Audience = "istio-ca";
    private const string Bearer = "Bearer ";
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>Null when the caller proves nothing. A client certificate was verified by the listener.</summary>
    public async Task<CallerIdentity?> AuthenticateAsync(HttpContext http, CancellationToken cancellationToken) =>
        OfCertificate(http.Connection.ClientCertificate) ?? await OfTokenAsync(http.Request.Headers.Authorization.ToString(), cancellationToken);

    private static CallerIdentity? OfCertificate(X509Certificate2? certificate) => certificate is null ? null : WorkloadIdentity.Of(certificate);

    private async Task<CallerIdentity?> OfTokenAsync(string header, CancellationToken cancellationToken)
    {
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var review = await client.CreateAsync(
            KubeResources.TokenReviews,
            null,
            new TokenReview { Spec = new TokenReviewSpec { Token = header[Bearer.Length..].Trim(), Audiences = [Audience] } },
            cancellationToken);
        return review.Status is { Authenticated: true, User.Username: { } user } && review.Status.Audiences.Contains(Audience) ? OfUser(user) : null;
    }

    private CallerIdentity? OfUser(string user)
    {
        var parts = user.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) ? user[ServiceAccountPrefix.Length..].Split(':') : [];
        return parts is [{ Length: > 0 } @namespace, { Length: > 0 } account] ? new CallerIdentity(trustDomain, @namespace, account) : null;
    }
}
