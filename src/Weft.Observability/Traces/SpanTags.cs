using System.Collections.Immutable;

namespace Weft.Observability.Traces;

/// <summary>The tags that have a meaning here, with the names of OpenTracing and of OpenTelemetry's translation to Jaeger.</summary>
public static class SpanTags
{
    public const string Kind = "span.kind";
    public const string Error = "error";
    public const string StatusCode = "otel.status_code";
    public const string StatusDescription = "otel.status_description";
    public const string ScopeName = "otel.scope.name";
    public const string ScopeVersion = "otel.scope.version";
    public const string TraceState = "w3c.tracestate";

    /// <summary>Whether the span says that it failed: tag <c>error</c> that is true, or status ERROR.</summary>
    public static bool SaysError(Span span)
    {
        foreach (var tag in span.Tags)
        {
            if (tag.Key == Error && (tag.Type == TagType.Bool ? tag.AsBool : tag.Text is not ("" or "false")))
                return true;
            if (tag.Key == StatusCode && tag.Text == "ERROR")
                return true;
        }

        return false;
    }

    /// <summary>Jaeger's order: by key; equal keys stay as they came.</summary>
    internal static ImmutableArray<SpanTag> Sorted(List<SpanTag> tags) =>
        [.. tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal)];
}
