using System.Collections.Immutable;
using System.Net;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

/// <summary>Endpoints without a network.</summary>
internal static class TestEndpoints
{
    public static ImmutableArray<EndpointModel> WithWeights(params uint[] weights) => WithWeights(TimeProvider.System, weights);

    public static ImmutableArray<EndpointModel> WithWeights(TimeProvider time, params uint[] weights) =>
        [.. weights.Select((weight, index) => Endpoint(time, index, weight, 0, LocalityModel.None))];

    public static ImmutableArray<EndpointModel> In(params (LocalityModel Locality, int Count)[] localities) =>
        [.. localities.SelectMany(entry => Enumerable.Repeat(entry.Locality, entry.Count)).Select((locality, index) => Endpoint(TimeProvider.System, index, 1, 0, locality))];

    /// <param name="counts">Endpoints by priority.</param>
    public static ImmutableArray<EndpointModel> WithPriorities(params int[] counts) =>
        [.. counts.SelectMany((count, priority) => Enumerable.Repeat((uint)priority, count)).Select((priority, index) => Endpoint(TimeProvider.System, index, 1, priority, LocalityModel.None))];

    public static EndpointModel Endpoint(TimeProvider time, int index, uint weight, uint priority, LocalityModel locality) => new()
    {
        Address = new IPEndPoint(IPAddress.Parse("10.20.0.1"), 1000 + index),
        Weight = weight,
        Priority = priority,
        IsHealthy = true,
        Locality = locality,
        Workload = null,
        State = new EndpointState(new IPEndPoint(IPAddress.Parse("10.20.0.1"), 1000 + index), time),
        Config = null,
    };
}

/// <summary>A clock that stands until it is advanced; its timers then fire, in order.</summary>
internal sealed class TestTime : TimeProvider
{
    private readonly List<TestTimer> _timers = [];
    private long _now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => new(DateTimeOffset.UnixEpoch.Ticks + _now, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, callback, state);
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = _now + by.Ticks;
        while (_timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due) is { } next)
        {
            _now = Math.Max(_now, next.Due);
            next.Fire();
        }

        _now = end;
    }

    private sealed class TestTimer(TestTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; } = long.MaxValue;

        public void Fire()
        {
            Due = _period > TimeSpan.Zero ? Due + _period.Ticks : long.MaxValue;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Due = dueTime >= TimeSpan.Zero ? time._now + dueTime.Ticks : long.MaxValue;
            return true;
        }

        public void Dispose()
        {
            Due = long.MaxValue;
            time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
