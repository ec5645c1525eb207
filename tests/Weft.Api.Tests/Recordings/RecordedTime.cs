namespace Weft.Api.Recordings;

/// <summary>The clock stands where the recorded series end, or where it is set; timers run.</summary>
internal sealed class RecordedTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1795234400);

    public override DateTimeOffset GetUtcNow() => Now;
}
