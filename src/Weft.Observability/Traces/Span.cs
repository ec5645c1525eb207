using System.Collections.Immutable;

namespace Weft.Observability.Traces;

/// <summary>
/// One timed step of a trace, in Jaeger's model: what OTLP calls kind and status are tags here (<see cref="SpanTags"/>).
/// Times are nanoseconds since the Unix epoch. Tags are sorted by key.
/// </summary>
public sealed record Span
{
    public required TraceId TraceId { get; init; }

    public required SpanId SpanId { get; init; }

    /// <summary>The parent (<see cref="SpanReferenceType.ChildOf"/> of the same trace) and links, in this order.</summary>
    public ImmutableArray<SpanReference> References { get; init; } = [];

    public required string OperationName { get; init; }

    public required long StartNanoseconds { get; init; }

    public required long DurationNanoseconds { get; init; }

    public ImmutableArray<SpanTag> Tags { get; init; } = [];

    public ImmutableArray<SpanLog> Logs { get; init; } = [];

    public required SpanProcess Process { get; init; }

    public ImmutableArray<string> Warnings { get; init; } = [];

    public long EndNanoseconds => StartNanoseconds + DurationNanoseconds;

    /// <summary>The parent within the trace; zero for a root.</summary>
    public SpanId Parent
    {
        get
        {
            foreach (var reference in References)
            {
                if (reference.Type == SpanReferenceType.ChildOf && reference.TraceId == TraceId)
                    return reference.SpanId;
            }

            return default;
        }
    }

    /// <summary>The first tag of this key.</summary>
    public SpanTag? Tag(string key)
    {
        foreach (var tag in Tags)
        {
            if (tag.Key == key)
                return tag;
        }

        return null;
    }
}

/// <summary>How a span refers to another one, by Jaeger's names (<c>CHILD_OF</c>, <c>FOLLOWS_FROM</c>).</summary>
public enum SpanReferenceType
{
    ChildOf,
    FollowsFrom,
}

public readonly record struct SpanReference(SpanReferenceType Type, TraceId TraceId, SpanId SpanId);

/// <summary>Something that happened within a span: an event of OTLP, an annotation of Zipkin.</summary>
public sealed record SpanLog(long TimestampNanoseconds, ImmutableArray<SpanTag> Fields);

/// <summary>Who made the span: the resource of OTLP. Shared by the spans of one report.</summary>
public sealed record SpanProcess(string ServiceName, ImmutableArray<SpanTag> Tags);
