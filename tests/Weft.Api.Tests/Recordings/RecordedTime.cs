namespace Weft.Api.Recordings;

/// <summary>The clock stands where the recorded series end; timers run.</summary>
internal sealed class RecordedTime : TimeProvider
{
    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(1795234400);

    public override DateTimeOffset GetUtcNow() => Now;
}
