namespace Weft.Demos.Hosting;

/// <summary>A clock whose timers run faster by a factor, so that the demos' seconds are short in tests.</summary>
internal sealed class FastTime(double factor) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

    private TimeSpan Shorten(TimeSpan time) => time <= TimeSpan.Zero ? time : time / factor;
}
