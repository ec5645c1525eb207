namespace Weft.Observability.Traces;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(999, "999ns")]
    [InlineData(-6_500_000, "-6.5ms")]
    [InlineData(1_500, "1.5µs")]
    [InlineData(62_000_000_000, "1m2s")]
    [InlineData(3_600_000_000_001, "1h0m0.000000001s")]
    public void A_duration_is_written_as_Go_writes_it(long nanoseconds, string text) => Assert.Equal(text, GoDuration.ToText(nanoseconds));

    [Theory]
    [InlineData("1.5h", 5400)]
    [InlineData("2h45m", 9900)]
    [InlineData("-1s", -1)]
    [InlineData("0", 0)]
    [InlineData("1000ms", 1)]
    public void A_duration_is_read_as_Go_reads_it(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1x")]
    [InlineData("1.2.3s")]
    [InlineData("99999999999h")]
    [InlineData("-")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
