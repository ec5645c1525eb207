using System.Collections.Immutable;
using Weft.Observability.Metrics;

namespace Weft.Console.Graph.Telemetry;

/// <summary>
/// Makes samples of the series of one answer. Their labels have mostly the same names in the same places, as the same strings: the slot
/// of a name is looked up again only where it differs from the series before.
/// </summary>
internal sealed class TelemetryVector
{
    private readonly string? _aggregate;
    private string?[] _names = new string?[TelemetryLabels.Count];
    private int[] _slots = new int[TelemetryLabels.Count];

    private TelemetryVector(string? aggregate) => _aggregate = aggregate;

    /// <summary>As <see cref="TelemetrySample.From"/>, for every series.</summary>
    public static TelemetrySample[] Of(ImmutableArray<VectorSample> series, string? aggregate)
    {
        var vector = new TelemetryVector(aggregate);
        var samples = new TelemetrySample[series.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = vector.Of(series[i]);
        }

        return samples;
    }

    private TelemetrySample Of(in VectorSample series)
    {
        var slots = new string?[TelemetryLabels.Count];
        var place = 0;
        foreach (var (name, text) in series.Labels)
        {
            if (SlotAt(place++, name) is var slot and >= 0)
            {
                slots[slot] = text;
            }
        }

        if (_aggregate is not null)
        {
            slots[(int)TelemetryLabel.Aggregate] = series.Labels[_aggregate] is { Length: > 0 } text ? text : null;
        }

        return new TelemetrySample(series.Value, slots);
    }

    private int SlotAt(int place, string name)
    {
        if (place == _names.Length)
        {
            Array.Resize(ref _names, 2 * place);
            Array.Resize(ref _slots, 2 * place);
        }

        if (!ReferenceEquals(_names[place], name))
        {
            _names[place] = name;
            _slots[place] = TelemetryLabels.SlotOf(name);
        }

        return _slots[place];
    }
}
