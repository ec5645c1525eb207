using System.Collections.Immutable;

namespace Weft.Kubernetes.Objects;

/// <summary>Asks for a token of a ServiceAccount, and the answer.</summary>
public sealed record TokenRequest : IKubeObject
{
    public string ApiVersion { get => field ?? "authentication.k8s.io/v1"; init; }

    public string Kind { get => field ?? "TokenRequest"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public TokenRequestSpec Spec { get => field ?? TokenRequestSpec.None; init; }

    public TokenRequestStatus Status { get => field ?? TokenRequestStatus.None; init; }
}

public sealed record TokenRequestSpec : IObjectPart
{
    internal static readonly TokenRequestSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableArray<string> Audiences { get => field.OrEmpty(); init; }

    public long? ExpirationSeconds { get; init; }

    public BoundObjectReference? BoundObjectRef { get; init; }
}

public sealed record BoundObjectReference
{
    public string? Kind { get; init; }

    public string? ApiVersion { get; init; }

    public string? Name { get; init; }

    public string? Uid { get; init; }
}

public sealed record TokenRequestStatus : IObjectPart
{
    internal static readonly TokenRequestStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string Token { get => field ?? ""; init; }

    public DateTimeOffset? ExpirationTimestamp { get; init; }
}

/// <summary>Asks who a token belongs to, and the answer.</summary>
public sealed record TokenReview : IKubeObject
{
    public string ApiVersion { get => field ?? "authentication.k8s.io/v1"; init; }

    public string Kind { get => field ?? "TokenReview"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public TokenReviewSpec Spec { get => field ?? TokenReviewSpec.None; init; }

    public TokenReviewStatus Status { get => field ?? TokenReviewStatus.None; init; }
}

public sealed record TokenReviewSpec : IObjectPart
{
    internal static readonly TokenReviewSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string? Token { get; init; }

    public ImmutableArray<string> Audiences { get => field.OrEmpty(); init; }
}

public sealed record TokenReviewStatus : IObjectPart
{
    internal static readonly TokenReviewStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public bool Authenticated { get; init; }

    public UserInfo? User { get; init; }

    public ImmutableArray<string> Audiences { get => field.OrEmpty(); init; }

    public string? Error { get; init; }
}

/// <summary>An authenticated caller.</summary>
public sealed record UserInfo
{
    public string? Username { get; init; }

    public string? Uid { get; init; }

    public ImmutableArray<string> Groups { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, ImmutableArray<string>> Extra { get => field.OrEmpty(); init; }
}

/// <summary>Asks who the caller is.</summary>
public sealed record SelfSubjectReview : IKubeObject
{
    public string ApiVersion { get => field ?? "authentication.k8s.io/v1"; init; }

    public string Kind { get => field ?? "SelfSubjectReview"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public SelfSubjectReviewStatus Status { get => field ?? SelfSubjectReviewStatus.None; init; }
}

public sealed record SelfSubjectReviewStatus : IObjectPart
{
    internal static readonly SelfSubjectReviewStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public UserInfo? UserInfo { get; init; }
}
