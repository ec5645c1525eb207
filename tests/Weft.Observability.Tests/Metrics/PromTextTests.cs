namespace Weft.Observability.Metrics;

public sealed class PromTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-7, "1e-07")]
    [InlineData(-1.25e-7, "-1.25e-07")]
    [InlineData(0.00001, "0.00001")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1.5e21, "1.5e+21")]
    [InlineData(123456789012345680, "123456789012345680")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void A_sample_value_is_written_as_the_HTTP_API_does(double value, string text) => Assert.Equal(text, PromText.FormatSampleValue(value));

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("90s", 90)]
    [InlineData("250ms", 0.25)]
    [InlineData("1y2w3d", 31536000 + (14 * 86400) + (3 * 86400))]
    [InlineData("0", 0)]
    public void A_duration_is_read_from_large_to_small_units(string text, double seconds)
    {
        Assert.True(PromText.TryParseDuration(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1m1h")]
    [InlineData("1m1m")]
    [InlineData("-1m")]
    [InlineData("999999999999999y")]
    public void What_is_not_a_duration_is_refused(string text) => Assert.False(PromText.TryParseDuration(text, out _));

    [Theory]
    [InlineData(300, "5m")]
    [InlineData(90, "1m30s")]
    [InlineData(0.25, "250ms")]
    [InlineData(604800, "1w")]
    [InlineData(0, "0s")]
    public void A_duration_is_written_in_Prometheus_spelling(double seconds, string text) =>
        Assert.Equal(text, PromText.FormatDuration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("nan", double.NaN)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-infinity", double.NegativeInfinity)]
    [InlineData("1e3", 1000)]
    [InlineData("5.", 5)]
    public void Numbers_are_read_as_Go_reads_them(string text, double value)
    {
        Assert.True(PromText.TryParseNumber(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,000")]
    [InlineData(" 1")]
    [InlineData("1e")]
    [InlineData(".")]
    [InlineData("abc")]
    public void What_is_not_a_number_is_refused(string text) => Assert.False(PromText.TryParseNumber(text, out _));
}
