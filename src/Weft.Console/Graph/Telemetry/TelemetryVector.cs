using System.Collections;
using System.Collections.Immutable;
using Weft.Observability.Metrics;

namespace Weft.Console.Graph.Telemetry;

/// <summary>The series of one answer as samples. These are made when they are looked at and copy nothing.</summary>
internal sealed class TelemetryVector : IReadOnlyList<TelemetrySample>
{
    private const int MaxLayouts = 16;

    private readonly ImmutableArray<VectorSample> _series;
    private readonly TelemetryLayout[] _layouts;

    /// <summary>As <see cref="TelemetrySample.From"/>, for every series.</summary>
    public TelemetryVector(ImmutableArray<VectorSample> series, string? aggregate)
    {
        _series = series;
        _layouts = new TelemetryLayout[series.Length];
        // The series of one answer differ in few ways in which labels they have.
        var known = new List<TelemetryLayout>();
        for (var i = 0; i < series.Length; i++)
        {
            _layouts[i] = LayoutOf(series[i].Labels, known, aggregate);
        }
    }

    public int Count => _series.Length;

    public TelemetrySample this[int index] => new(_series[index].Value, _series[index].Labels, _layouts[index]);

    public IEnumerator<TelemetrySample> GetEnumerator()
    {
        for (var i = 0; i < _layouts.Length; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static TelemetryLayout LayoutOf(LabelSet labels, List<TelemetryLayout> known, string? aggregate)
    {
        foreach (var layout in known)
        {
            if (layout.Fits(labels))
            {
                return layout;
            }
        }

        var added = new TelemetryLayout(labels, aggregate);
        if (known.Count < MaxLayouts)
        {
            known.Add(added);
        }

        return added;
    }
}
