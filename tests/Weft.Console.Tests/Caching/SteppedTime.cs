namespace Weft.Console.Caching;

/// <summary>A clock that goes on only when told; the time of day can be set apart from it.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1795234400);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(TimeSpan by)
    {
        _ticks += by.Ticks;
        Now += by;
    }
}
