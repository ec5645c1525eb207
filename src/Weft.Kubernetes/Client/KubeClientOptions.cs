using System.Security.Cryptography.X509Certificates;

namespace Weft.Kubernetes.Client;

/// <summary>Where an API server is and who we are there. Certificates stay the caller's.</summary>
public sealed record KubeClientOptions
{
    /// <summary>May have a path, behind which the API begins.</summary>
    public required Uri Server { get; init; }

    /// <summary>What the server's certificate must descend from; null: what the machine trusts.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Asked before each request; an answer of null sends no token.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; init; }

    public bool SkipTlsVerification { get; init; }

    /// <summary>The name expected in the server's certificate, if not the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>The limit of everything but watches and followed logs.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The namespace of a kubeconfig's context or of the pod; what callers use who are not told one.</summary>
    public string Namespace { get; init; } = "default";

    public string UserAgent { get; init; } = "weft";

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
