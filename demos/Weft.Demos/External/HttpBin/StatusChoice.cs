using System.Globalization;

namespace Weft.Demos.External.HttpBin;

/// <summary>What follows /status/: a code, or several of which one is drawn: <c>200,500</c> evenly, <c>200:0.9,500:0.1</c> by weight.</summary>
internal static class StatusChoice
{
    /// <param name="draw">From 0 up to but not including 1.</param>
    /// <returns>Null when the text is no such list.</returns>
    public static int? From(string text, double draw)
    {
        List<(int Code, double Weight)> choices = [];
        foreach (var choice in text.Split(','))
        {
            var (code, weight) = choice.Split(':') switch
            {
                [var only] => (only, "1"),
                [var first, var second] => (first, second),
                _ => ("", ""),
            };
            if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 200 or > 599
                || !double.TryParse(weight, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share))
            {
                return null;
            }

            choices.Add((number, share));
        }

        var rest = draw * choices.Sum(choice => choice.Weight);
        return choices.Find(choice => (rest -= choice.Weight) < 0) is { Code: > 0 } drawn ? drawn.Code : choices[^1].Code;
    }
}
