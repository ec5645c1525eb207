namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// Something that exposes metrics, and the labels that all its series get (<c>job</c>, <c>instance</c>, <c>namespace</c>, <c>pod</c> ...).
/// A target without the label <c>instance</c> gets its address. Targets are the same when address and labels are.
/// </summary>
public sealed record ScrapeTarget(Uri Uri, LabelSet Labels)
{
    public ScrapeTarget(Uri uri, IEnumerable<KeyValuePair<string, string>> labels)
        : this(uri, LabelSet.From(labels))
    {
    }
}
