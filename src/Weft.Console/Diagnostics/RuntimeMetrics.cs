using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Weft.Console.Diagnostics;

/// <summary>
/// What .NET tells of this process (meter <c>System.Runtime</c>: processor, memory, garbage collection, thread pool), under the names that OpenTelemetry's
/// Prometheus exporter makes of its instruments, so that the dashboard of .NET workloads fits the console too.
/// </summary>
internal static class RuntimeMetrics
{
    private const string Meter = "System.Runtime";

    public static void WriteTo(StringBuilder text)
    {
        var families = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Meter.Name: Meter, IsObservable: true })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(families, instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(families, instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(families, instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        foreach (var family in families.Values)
        {
            text.Append(family);
        }
    }

    private static void Add(SortedDictionary<string, StringBuilder> families, Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var isCounter = instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ObservableCounter<>);
        var name = NameOf(instrument, isCounter);
        if (!families.TryGetValue(name, out var family))
        {
            families[name] = family = new StringBuilder();
            family.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n# TYPE {name} {(isCounter ? "counter" : "gauge")}\n");
        }

        family.Append(name);
        for (var i = 0; i < tags.Length; i++)
        {
            family.Append(i == 0 ? '{' : ',').Append(CultureInfo.InvariantCulture, $"{Underscored(tags[i].Key)}=\"{tags[i].Value}\"").Append(i == tags.Length - 1 ? "}" : "");
        }

        family.Append(CultureInfo.InvariantCulture, $" {value}\n");
    }

    private static string NameOf(Instrument instrument, bool isCounter)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return $"{Underscored(instrument.Name)}{unit}{(isCounter ? "_total" : "")}";
    }

    private static string Underscored(string name) => name.Replace('.', '_');
}
