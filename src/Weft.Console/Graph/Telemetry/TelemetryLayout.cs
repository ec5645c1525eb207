using Weft.Observability.Metrics;

namespace Weft.Console.Graph.Telemetry;

/// <summary>Where in a label set each slot's label is, for all sets with the same names. Immutable.</summary>
internal sealed class TelemetryLayout
{
    private readonly LabelSet _example;
    private readonly int[] _places = new int[TelemetryLabels.Count];

    public TelemetryLayout(LabelSet example, string? aggregate)
    {
        _example = example;
        Array.Fill(_places, -1);
        for (var place = 0; place < example.Count; place++)
        {
            if (TelemetryLabels.SlotOf(example.NameAt(place)) is var slot and >= 0)
            {
                _places[slot] = place;
            }

            if (example.NameAt(place) == aggregate)
            {
                _places[(int)TelemetryLabel.Aggregate] = place;
            }
        }
    }

    public bool Fits(LabelSet labels) => labels.HasNamesOf(_example);

    public string? ValueOf(LabelSet labels, TelemetryLabel label) => _places[(int)label] is var place and >= 0 ? labels.ValueAt(place) : null;
}
