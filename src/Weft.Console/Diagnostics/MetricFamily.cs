using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Weft.Console.Diagnostics;

/// <summary>One metric in Prometheus' text format: a line or several per set of label values. Values of labels come from small fixed sets.</summary>
internal abstract class MetricFamily<TCell>(string name, string type, string help, params string[] labels)
    where TCell : class, new()
{
    private readonly ConcurrentDictionary<string, TCell> _cells = new(StringComparer.Ordinal);

    protected string Name => name;

    public void WriteTo(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (var (key, cell) in _cells.OrderBy(cell => cell.Key, StringComparer.Ordinal))
        {
            Write(text, key, cell);
        }
    }

    protected TCell Cell(ReadOnlySpan<string> values)
    {
        var key = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            key.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{labels[i]}=\"{value}\"");
        }

        return _cells.GetOrAdd(key.ToString(), static _ => new TCell());
    }

    protected abstract void Write(StringBuilder text, string labelled, TCell cell);

    protected static string Braced(string labelled) => labelled.Length == 0 ? "" : $"{{{labelled}}}";
}

/// <summary>A number that somebody sets, or that only grows. Safe for parallel use.</summary>
internal sealed class NumberFamily(string name, string type, string help, params string[] labels)
    : MetricFamily<NumberFamily.Number>(name, type, help, labels)
{
    public void Set(double value, params ReadOnlySpan<string> values) => Interlocked.Exchange(ref Cell(values).Value, value);

    public void Increment(params ReadOnlySpan<string> values)
    {
        var cell = Cell(values);
        lock (cell)
        {
            cell.Value++;
        }
    }

    protected override void Write(StringBuilder text, string labelled, Number cell) =>
        text.Append(CultureInfo.InvariantCulture, $"{Name}{Braced(labelled)} {Volatile.Read(ref cell.Value)}\n");

    public sealed class Number
    {
        public double Value;
    }
}

/// <summary>Durations in seconds, in the buckets of Prometheus' own clients. Safe for parallel use.</summary>
internal sealed class DurationFamily(string name, string help, params string[] labels)
    : MetricFamily<DurationFamily.Histogram>(name, "histogram", help, labels)
{
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public void Observe(TimeSpan duration, params ReadOnlySpan<string> values)
    {
        var cell = Cell(values);
        lock (cell)
        {
            cell.Sum += duration.TotalSeconds;
            cell.Counts[BucketOf(duration.TotalSeconds)]++;
        }
    }

    protected override void Write(StringBuilder text, string labelled, Histogram cell)
    {
        lock (cell)
        {
            long count = 0;
            for (var i = 0; i < cell.Counts.Length; i++)
            {
                count += cell.Counts[i];
                var bound = i == Bounds.Length ? "+Inf" : Bounds[i].ToString(CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{labelled}{(labelled.Length == 0 ? "" : ",")}le=\"{bound}\"}} {count}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{Braced(labelled)} {cell.Sum}\n{Name}_count{Braced(labelled)} {count}\n");
        }
    }

    private static int BucketOf(double seconds)
    {
        var at = Array.FindIndex(Bounds, bound => seconds <= bound);
        return at < 0 ? Bounds.Length : at;
    }

    public sealed class Histogram
    {
        public long[] Counts { get; } = new long[Bounds.Length + 1];

        public double Sum { get; set; }
    }
}
