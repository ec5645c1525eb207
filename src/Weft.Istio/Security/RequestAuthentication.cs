using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Security;

/// <summary>Istio's RequestAuthentication: which tokens a workload accepts. It requires none; an AuthorizationPolicy may.</summary>
public sealed record RequestAuthentication : IKubeObject
{
    public string ApiVersion { get => field ?? "security.istio.io/v1"; init; }

    public string Kind { get => field ?? "RequestAuthentication"; init; }

    public ObjectMeta Metadata { get => field ?? new(); init; }

    public RequestAuthenticationSpec Spec { get => field ?? new(); init; }
}

public sealed record RequestAuthenticationSpec
{
    public WorkloadSelector? Selector { get; init; }

    /// <summary>What it attaches to instead of selecting; the older field holds one.</summary>
    public PolicyTarget? TargetRef { get; init; }

    public ImmutableArray<PolicyTarget> TargetRefs { get => field.OrEmpty(); init; }

    public ImmutableArray<JwtRule> JwtRules { get => field.OrEmpty(); init; }
}

/// <summary>An issuer of tokens, where its keys and the tokens are found, and what is passed on.</summary>
public sealed record JwtRule
{
    public string Issuer { get => field ?? ""; init; }

    public ImmutableArray<string> Audiences { get => field.OrEmpty(); init; }

    /// <summary>Where the keys are; neither this nor <see cref="Jwks"/>: found by the issuer's OpenID discovery.</summary>
    public string? JwksUri { get; init; }

    /// <summary>The keys themselves.</summary>
    public string? Jwks { get; init; }

    public ImmutableArray<JwtHeader> FromHeaders { get => field.OrEmpty(); init; }

    public ImmutableArray<string> FromParams { get => field.OrEmpty(); init; }

    public ImmutableArray<string> FromCookies { get => field.OrEmpty(); init; }

    public string? OutputPayloadToHeader { get; init; }

    public bool ForwardOriginalToken { get; init; }

    public ImmutableArray<ClaimToHeader> OutputClaimToHeaders { get => field.OrEmpty(); init; }

    /// <summary>Claims that hold several values separated by spaces, besides scope and permission.</summary>
    public ImmutableArray<string> SpaceDelimitedClaims { get => field.OrEmpty(); init; }

    /// <summary>Of fetching the keys; 5 s when absent.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Timeout { get; init; }
}

public sealed record JwtHeader
{
    public string Name { get => field ?? ""; init; }

    public string? Prefix { get; init; }
}

public sealed record ClaimToHeader
{
    public string Header { get => field ?? ""; init; }

    public string Claim { get => field ?? ""; init; }
}
