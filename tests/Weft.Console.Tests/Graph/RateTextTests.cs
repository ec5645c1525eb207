namespace Weft.Console.Graph;

public sealed class RateTextTests
{
    [Theory]
    [InlineData(0, "0.00000")]
    [InlineData(12, "12.00")]
    [InlineData(0.05, "0.05")]
    [InlineData(0.004, "0.004")]
    [InlineData(0.00001, "0.00001")]
    [InlineData(0.125, "0.12")]
    [InlineData(0.375, "0.38")]
    [InlineData(2.675, "2.67")]
    public void A_small_rate_is_not_shown_as_zero_and_ties_go_to_even(double rate, string text) => Assert.Equal(text, RateText.Rate(rate));

    [Theory]
    [InlineData(100, "100.0")]
    [InlineData(0.04, "0.04")]
    [InlineData(22.25, "22.2")]
    public void A_percentage_has_one_decimal(double percent, string text) => Assert.Equal(text, RateText.Percent(percent));

    [Theory]
    [InlineData(0.5, "0")]
    [InlineData(1.5, "2")]
    [InlineData(935.579, "936")]
    public void A_time_is_whole(double value, string text) => Assert.Equal(text, RateText.Whole(value));
}
