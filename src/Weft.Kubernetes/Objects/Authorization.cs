using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>Asks whether someone may do something.</summary>
public sealed record SubjectAccessReview : IKubeObject
{
    public string ApiVersion { get => field ?? "authorization.k8s.io/v1"; init; }

    public string Kind { get => field ?? "SubjectAccessReview"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public SubjectAccessReviewSpec Spec { get => field ?? SubjectAccessReviewSpec.None; init; }

    public SubjectAccessReviewStatus Status { get => field ?? SubjectAccessReviewStatus.None; init; }
}

/// <summary>Asks whether the caller may do something.</summary>
public sealed record SelfSubjectAccessReview : IKubeObject
{
    public string ApiVersion { get => field ?? "authorization.k8s.io/v1"; init; }

    public string Kind { get => field ?? "SelfSubjectAccessReview"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public SubjectAccessReviewSpec Spec { get => field ?? SubjectAccessReviewSpec.None; init; }

    public SubjectAccessReviewStatus Status { get => field ?? SubjectAccessReviewStatus.None; init; }
}

/// <summary>Of both access reviews; the self review leaves the user away.</summary>
public sealed record SubjectAccessReviewSpec : IObjectPart
{
    internal static readonly SubjectAccessReviewSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ResourceAttributes? ResourceAttributes { get; init; }

    public NonResourceAttributes? NonResourceAttributes { get; init; }

    public string? User { get; init; }

    public ImmutableArray<string> Groups { get => field.OrEmpty(); init; }

    public ImmutableDictionary<string, ImmutableArray<string>> Extra { get => field.OrEmpty(); init; }

    public string? Uid { get; init; }
}

public sealed record ResourceAttributes
{
    public string? Namespace { get; init; }

    public string? Verb { get; init; }

    public string? Group { get; init; }

    public string? Version { get; init; }

    public string? Resource { get; init; }

    public string? Subresource { get; init; }

    public string? Name { get; init; }

    public JsonObject? FieldSelector { get; init; }

    public JsonObject? LabelSelector { get; init; }
}

public sealed record NonResourceAttributes
{
    public string? Path { get; init; }

    public string? Verb { get; init; }
}

public sealed record SubjectAccessReviewStatus : IObjectPart
{
    internal static readonly SubjectAccessReviewStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Allowed { get; init; }

    public bool Denied { get; init; }

    public string? Reason { get; init; }

    public string? EvaluationError { get; init; }
}

/// <summary>Asks what the caller may do in a namespace.</summary>
public sealed record SelfSubjectRulesReview : IKubeObject
{
    public string ApiVersion { get => field ?? "authorization.k8s.io/v1"; init; }

    public string Kind { get => field ?? "SelfSubjectRulesReview"; init; }

    public ObjectMeta Metadata { get => field ?? ObjectMeta.None; init; }

    public SelfSubjectRulesReviewSpec Spec { get => field ?? SelfSubjectRulesReviewSpec.None; init; }

    public SubjectRulesReviewStatus Status { get => field ?? SubjectRulesReviewStatus.None; init; }
}

public sealed record SelfSubjectRulesReviewSpec : IObjectPart
{
    internal static readonly SelfSubjectRulesReviewSpec None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public string? Namespace { get; init; }
}

public sealed record SubjectRulesReviewStatus : IObjectPart
{
    internal static readonly SubjectRulesReviewStatus None = new();

    bool IObjectPart.IsAbsent => ReferenceEquals(this, None);

    public ImmutableArray<ResourceRule> ResourceRules { get => field.OrEmpty(); init; }

    public ImmutableArray<NonResourceRule> NonResourceRules { get => field.OrEmpty(); init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Incomplete { get; init; }

    public string? EvaluationError { get; init; }
}

public sealed record ResourceRule
{
    public ImmutableArray<string> Verbs { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ApiGroups { get => field.OrEmpty(); init; }

    public ImmutableArray<string> Resources { get => field.OrEmpty(); init; }

    public ImmutableArray<string> ResourceNames { get => field.OrEmpty(); init; }
}

public sealed record NonResourceRule
{
    public ImmutableArray<string> Verbs { get => field.OrEmpty(); init; }

    public ImmutableArray<string> NonResourceURLs { get => field.OrEmpty(); init; }
}
