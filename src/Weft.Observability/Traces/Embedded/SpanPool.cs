using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// Shares the texts and processes that spans repeat (most tags of a sidecar's spans are the same each time), and estimates what a span
/// takes. Starts anew when it has grown large, so that texts of traces long gone do not stay.
/// </summary>
internal sealed class SpanPool
{
    public const int BytesPerTrace = 400;
    private const int BytesPerSpan = 250;
    private const int BytesPerTag = 40;
    private const int MaxTexts = 50_000;
    private const int MaxSharedLength = 200;

    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<SpanProcess, SpanProcess> _processes = new(ProcessEquality.Instance);

    public Span Shared(Span span) => span with
    {
        OperationName = Shared(span.OperationName),
        Tags = Shared(span.Tags),
        Process = Shared(span.Process),
    };

    /// <summary>About what the span takes beyond shared texts: half of its texts are counted, as measured on spans of sidecars.</summary>
    public static long Bytes(Span span) => BytesPerSpan + Bytes(span.Tags) + span.Logs.Sum(static log => BytesPerTag + Bytes(log.Fields));

    private static long Bytes(ImmutableArray<SpanTag> tags)
    {
        long bytes = 0;
        foreach (var tag in tags)
            bytes += BytesPerTag + (tag.Type is TagType.String or TagType.Binary ? tag.Text.Length : 0);
        return bytes;
    }

    private ImmutableArray<SpanTag> Shared(ImmutableArray<SpanTag> tags)
    {
        var shared = new SpanTag[tags.Length];
        for (var i = 0; i < shared.Length; i++)
        {
            var tag = tags[i];
            shared[i] = tag.Type == TagType.String && tag.Text.Length <= MaxSharedLength ? SpanTag.Of(Shared(tag.Key), Shared(tag.Text)) : tag;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(shared);
    }

    private SpanProcess Shared(SpanProcess process)
    {
        if (_processes.TryGetValue(process, out var known))
            return known;
        if (_processes.Count >= MaxTexts / 10)
            _processes.Clear();
        _processes.Add(process, process);
        return process;
    }

    private string Shared(string text)
    {
        if (_texts.TryGetValue(text, out var known))
            return known;
        if (_texts.Count >= MaxTexts)
            _texts.Clear();
        _texts.Add(text, text);
        return text;
    }
}
