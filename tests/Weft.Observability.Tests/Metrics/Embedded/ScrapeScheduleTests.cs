namespace Weft.Observability.Metrics.Embedded;

/// <summary>When a target is scraped, at an interval of 15 seconds.</summary>
public sealed class ScrapeScheduleTests
{
    private const long Interval = 15_000;
    private const long Start = 1_000_000_000_000;

    [Theory]
    [InlineData(0u)]
    [InlineData(2_999u)]
    [InlineData(14_999u)]
    [InlineData(uint.MaxValue)]
    public void A_new_target_has_two_samples_within_six_seconds_of_its_start_and_of_any_new_series_in_its_first_twenty(uint seed)
    {
        var turns = Turns(new ScrapeSchedule(Interval, seed, Start), 40);

        Assert.True(turns[1] <= Start + 6_000);
        for (var series = Start; series < Start + 20_000; series += 500)
            Assert.True(turns.Where(turn => turn >= series).ElementAt(1) <= series + 6_000);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(7_500u)]
    [InlineData(uint.MaxValue)]
    public void In_the_long_run_a_target_keeps_its_place_in_the_interval(uint seed)
    {
        var turns = Turns(new ScrapeSchedule(Interval, seed, Start), 40).Where(static turn => turn > Start + (3 * Interval)).ToArray();

        Assert.All(turns, turn => Assert.Equal(seed % Interval, turn % Interval));
        Assert.All(turns.Zip(turns.Skip(1)), static pair => Assert.Equal(Interval, pair.Second - pair.First));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void A_scrape_that_took_long_skips_turns(long duration)
    {
        var schedule = new ScrapeSchedule(Interval, 4_000, Start);
        for (var i = 0; i < 30; i++)
        {
            var end = schedule.Next + duration;
            schedule.Advance(end);
            Assert.InRange(schedule.Next, end + 1, end + Interval);
        }
    }

    [Fact]
    public void A_timer_that_fires_a_little_early_does_not_scrape_a_turn_twice()
    {
        var schedule = new ScrapeSchedule(Interval, 4_000, Start);
        for (var i = 0; i < 30; i++)
        {
            var turn = schedule.Next;
            schedule.Advance(turn - 1);
            Assert.True(schedule.Next > turn);
        }
    }

    [Theory]
    [InlineData(-3_600_000)]
    [InlineData(3_600_000)]
    public void A_clock_that_jumps_costs_at_most_one_interval(long jump)
    {
        var schedule = new ScrapeSchedule(Interval, 4_000, Start);
        var now = Turns(schedule, 20)[^1] + jump;
        schedule.Advance(now);
        Assert.InRange(schedule.Next, now + 1, now + Interval);
    }

    private static long[] Turns(ScrapeSchedule schedule, int count)
    {
        var turns = new long[count];
        for (var i = 0; i < count; i++)
        {
            turns[i] = schedule.Next;
            schedule.Advance(schedule.Next + 20);
        }

        return turns;
    }
}
