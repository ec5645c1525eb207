using System.Collections.Immutable;

namespace Weft.Observability.Traces;

/// <summary>
/// Which traces are wanted, as Jaeger's <c>/api/traces</c> has it: those with a span of the service that starts within the range and has
/// the operation, all tags and a duration within the bounds. The newest traces come first.
/// </summary>
public sealed record TraceQuery
{
    public const int DefaultLimit = 100;

    public required string Service { get; init; }

    /// <summary>Any when null.</summary>
    public string? Operation { get; init; }

    /// <summary>All must be on one span, on its process or in its logs; values are compared as text.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Tags { get; init; } = [];

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public TimeSpan? MinDuration { get; init; }

    public TimeSpan? MaxDuration { get; init; }

    public int Limit { get; init; } = DefaultLimit;
}
