using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.Api.Graph;

/// <summary>Durations as Prometheus writes them: <c>90s</c>, <c>1h30m</c>, and <c>0</c> without a unit.</summary>
internal static partial class PromDuration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (!Whole().IsMatch(text))
        {
            return text == "0";
        }

        foreach (Match part in Part().Matches(text))
        {
            if (!double.TryParse(part.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || (duration.TotalSeconds + (count * SecondsOf(part.Groups[2].Value))) is var seconds && seconds > TimeSpan.MaxValue.TotalSeconds / 2)
            {
                return false;
            }

            duration = TimeSpan.FromSeconds(seconds);
        }

        return true;
    }

    private static double SecondsOf(string unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        "w" => 7 * 86400,
        _ => 365 * 86400,
    };

    [GeneratedRegex("^([0-9]+(ms|s|m|h|d|w|y))+$")]
    private static partial Regex Whole();

    [GeneratedRegex("([0-9]+)(ms|s|m|h|d|w|y)")]
    private static partial Regex Part();
}
