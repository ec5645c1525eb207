namespace Weft.Istio.Json;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("0.5s", 500)]
    [InlineData("700ms", 700)]
    [InlineData("0", 0)]
    [InlineData("-1s", -1000)]
    public void Go_durations_are_read(string text, double milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("10 s")]
    [InlineData("1d")]
    [InlineData("ten seconds")]
    public void Other_text_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
