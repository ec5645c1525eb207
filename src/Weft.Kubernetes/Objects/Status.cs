using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Weft.Kubernetes.Objects;

/// <summary>The answer of the API server when there is no object to answer with, above all on errors.</summary>
public sealed record Status
{
    public string ApiVersion { get => field ?? "v1"; init; }

    public string Kind { get => field ?? "Status"; init; }

    public ListMeta Metadata { get => field ?? ListMeta.None; init; }

    /// <summary>Success or Failure: the field <c>status</c> of the wire.</summary>
    [JsonPropertyName("status")]
    public string? Outcome { get; init; }

    public string? Message { get; init; }

    public string? Reason { get; init; }

    public StatusDetails? Details { get; init; }

    public int Code { get; init; }
}

/// <summary>Which object a Status is about, and every single cause.</summary>
public sealed record StatusDetails
{
    public string? Name { get; init; }

    public string? Group { get; init; }

    public string? Kind { get; init; }

    public string? Uid { get; init; }

    public ImmutableArray<StatusCause> Causes { get => field.OrEmpty(); init; }

    public int RetryAfterSeconds { get; init; }
}

/// <summary>One of several causes of a failure.</summary>
public sealed record StatusCause
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? Field { get; init; }
}
