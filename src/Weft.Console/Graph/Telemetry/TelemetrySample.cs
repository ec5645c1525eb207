using Weft.Observability.Metrics;

namespace Weft.Console.Graph.Telemetry;

/// <summary>One series of an instant vector, its labels in fixed slots so that reading one is an index and not a lookup.</summary>
public readonly struct TelemetrySample
{
    private readonly string?[]? _slots;
    private readonly LabelSet? _labels;
    private readonly TelemetryLayout? _layout;

    public TelemetrySample(double value, string?[] labels)
    {
        Value = value;
        _slots = labels;
    }

    internal TelemetrySample(double value, LabelSet labels, TelemetryLayout layout)
    {
        Value = value;
        _labels = labels;
        _layout = layout;
    }

    public double Value { get; }

    public string? this[TelemetryLabel label] => _layout is null ? _slots?[(int)label] : _layout.ValueOf(_labels!, label);

    /// <summary>Reads a sample from named labels. <paramref name="aggregate"/> names the label that fills the aggregate slot.</summary>
    public static TelemetrySample From(double value, IEnumerable<KeyValuePair<string, string>> labels, string? aggregate)
    {
        var slots = new string?[TelemetryLabels.Count];
        foreach (var (name, text) in labels)
        {
            if (TelemetryLabels.SlotOf(name) is var slot and >= 0)
            {
                slots[slot] = text;
            }

            if (name == aggregate)
            {
                slots[(int)TelemetryLabel.Aggregate] = text;
            }
        }

        return new TelemetrySample(value, slots);
    }
}

/// <summary>Answers one instant query. The only way in which the graph sees telemetry.</summary>
public delegate Task<IReadOnlyList<TelemetrySample>> TelemetryQuery(GraphQuery query, DateTimeOffset time, CancellationToken cancellationToken);
