namespace Weft.Demos.Bookinfo.Ratings;

/// <summary>How well the ratings service is just now: the versions named after a failure have it, the others are always well.</summary>
internal sealed class RatingsCondition(string version, TimeProvider time)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan UnavailablePeriod = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UnhealthyPeriod = TimeSpan.FromMinutes(15);

    private readonly long _start = time.GetTimestamp();

    /// <summary>What the health endpoint says; only v-unhealthy admits to its failure.</summary>
    public bool IsHealthy => version != "v-unhealthy" || !IsDown(UnhealthyPeriod);

    /// <summary>Whether this request is to be answered 503, after such delay as the version has.</summary>
    public async ValueTask<bool> IsRefusedAsync(CancellationToken cancellationToken)
    {
        switch (version)
        {
            case "v-faulty":
                return Half();
            case "v-delayed" when Half():
                await Task.Delay(Delay, time, cancellationToken);
                return false;
            case "v-unavailable":
                return IsDown(UnavailablePeriod);
            case "v-unhealthy":
                return IsDown(UnhealthyPeriod);
            default:
                return false;
        }
    }

    /// <summary>Well for one period, down for the next, and so on.</summary>
    private bool IsDown(TimeSpan period) => (long)(time.GetElapsedTime(_start) / period) % 2 == 1;

    private static bool Half() => Random.Shared.Next(2) == 0;
}
