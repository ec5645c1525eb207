using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

public sealed class RestartAndProbeTests
{
    [Fact]
    public void Restarts_wait_not_at_all_then_ten_seconds_doubling_to_five_minutes_and_a_long_run_forgives()
    {
        var backOff = new RestartBackOff(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        var delays = Enumerable.Range(0, 8).Select(_ => backOff.AfterRunOf(TimeSpan.FromSeconds(1)).TotalSeconds);
        Assert.Equal([0, 10, 20, 40, 80, 160, 300, 300], delays);
        Assert.Equal(TimeSpan.Zero, backOff.AfterRunOf(TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void A_start_that_failed_waits_from_the_first_time()
    {
        var backOff = new RestartBackOff(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        Assert.Equal([10, 20, 40], Enumerable.Range(0, 3).Select(_ => backOff.AfterFailedStart().TotalSeconds));
    }

    [Fact]
    public void A_probe_changes_its_verdict_only_after_its_threshold_in_a_row()
    {
        var tally = new ProbeTally(new Probe { SuccessThreshold = 2 }, initially: false);
        Assert.Equal([false, false, false, true], new[] { true, false, true, true }.Select(Verdict));
        Assert.Equal([true, true, false], new[] { false, false, false }.Select(Verdict));

        bool Verdict(bool success)
        {
            tally.Count(success);
            return tally.Verdict;
        }
    }
}
