using System.Collections.Concurrent;

namespace Weft.ApiServer.Metrics;

/// <summary>Counts and times the requests of one server. Any number of writers; a reader sees each number as it is at that moment.</summary>
internal sealed class RequestMetrics(TimeProvider time)
{
    /// <summary>Upper bounds of the duration histogram, in seconds: those of kube-apiserver.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

    private readonly ConcurrentDictionary<(RequestLabels Labels, int Code), Counter> _total = new();
    private readonly ConcurrentDictionary<RequestLabels, Histogram> _durations = new();
    private readonly ConcurrentDictionary<RequestLabels, Counter> _longRunning = new();
    private long _reading;
    private long _mutating;

    public IEnumerable<(RequestLabels Labels, int Code, long Count)> Total => _total.Select(t => (t.Key.Labels, t.Key.Code, t.Value.Value));

    public IEnumerable<(RequestLabels Labels, Histogram Histogram)> Durations => _durations.Select(d => (d.Key, d.Value));

    public IEnumerable<(RequestLabels Labels, long Count)> LongRunning => _longRunning.Select(r => (r.Key, r.Value.Value));

    public long Reading => Interlocked.Read(ref _reading);

    public long Mutating => Interlocked.Read(ref _mutating);

    public long Now() => time.GetTimestamp();

    public void Begin(RequestLabels labels) => Move(labels, 1);

    public void End(RequestLabels labels, int code, long began)
    {
        Move(labels, -1);
        _total.GetOrAdd((labels, code), static _ => new Counter()).Add(1);
        if (!labels.IsLongRunning) _durations.GetOrAdd(labels, static _ => new Histogram()).Observe(time.GetElapsedTime(began).TotalSeconds);
    }

    private void Move(RequestLabels labels, int by)
    {
        if (labels.IsLongRunning) _longRunning.GetOrAdd(labels, static _ => new Counter()).Add(by);
        else if (labels.IsMutating) Interlocked.Add(ref _mutating, by);
        else Interlocked.Add(ref _reading, by);
    }

    private sealed class Counter
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add(long by) => Interlocked.Add(ref _value, by);
    }

    /// <summary>Counts per bucket (not summed up), and the sum in seconds.</summary>
    internal sealed class Histogram
    {
        private readonly long[] _buckets = new long[Bounds.Count + 1];
        private readonly Lock _gate = new();
        private double _sum;

        public void Observe(double seconds)
        {
            var index = 0;
            while (index < Bounds.Count && seconds > Bounds[index]) index++;
            lock (_gate)
            {
                _buckets[index]++;
                _sum += seconds;
            }
        }

        public (long[] Buckets, double Sum) Read()
        {
            lock (_gate) return ([.. _buckets], _sum);
        }
    }
}
