using System.Text.Json;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Compares an answer of ours with one of a real Prometheus: the same series and times, values equal but for the last bits of sums.</summary>
internal static class AnswerComparison
{
    // Sums of doubles depend on their order in the last bits.
    private const double Tolerance = 1e-9;

    private static readonly string[] Ambiguous = ["found duplicate series for the match group", "multiple matches for labels: many-to-one matching must be explicit"];

    /// <summary>The first difference, or null.</summary>
    public static string? Difference(JsonElement expected, QueryResult actual, double tolerance = Tolerance)
    {
        var type = expected.GetProperty("resultType").GetString();
        if (type != actual.TypeName)
            return $"type {actual.TypeName} instead of {type}";
        var result = expected.GetProperty("result");
        return actual switch
        {
            VectorResult vector => Compare(Index(result, "value"), vector.Samples.ToDictionary(static sample => sample.Labels, static sample => new[] { new SamplePoint(sample.Timestamp, sample.Value) }), tolerance),
            MatrixResult matrix => Compare(Index(result, "values"), matrix.Series.ToDictionary(static series => series.Labels, static series => series.Points.ToArray()), tolerance),
            ScalarResult scalar => Same(Point(result), new SamplePoint(scalar.Timestamp, scalar.Value), tolerance) ? null : $"scalar {scalar.Value} instead of {result}",
            StringResult text => text.Value == result[1].GetString() ? null : $"text {text.Value}",
            _ => "unknown result",
        };
    }

    /// <summary>As <see cref="Difference"/> for a whole answer of the HTTP API: an error must be one on both sides, in the same words.</summary>
    public static async Task<string?> DifferenceAsync(JsonElement expected, Func<Task<QueryResult>> ask)
    {
        var failed = expected.GetProperty("status").GetString() == "error";
        try
        {
            var result = await ask();
            return failed ? $"expected an error: {expected.GetProperty("error")}" : Difference(expected.GetProperty("data"), result);
        }
        catch (Exception failure) when (failure is PromQLParseException or PromQLExecutionException)
        {
            const string ByParameter = "invalid parameter \"query\": ";
            if (!failed)
                return $"unexpected error: {failure.Message}";
            var words = expected.GetProperty("error").GetString()!;
            // Only of an instant query is the parameter named.
            words = words.StartsWith(ByParameter, StringComparison.Ordinal) ? words[ByParameter.Length..] : words;
            return WithoutSeries(words) == WithoutSeries(failure.Message) ? null : $"'{failure.Message}' instead of '{words}'";
        }
    }

    /// <summary>Which of several duplicates is named depends on the order in which series were stored, and which of two complaints on the moment that is looked at first.</summary>
    public static string WithoutSeries(string words) => Ambiguous.Any(start => words.StartsWith(start, StringComparison.Ordinal)) ? "ambiguous" : words;

    private static Dictionary<LabelSet, SamplePoint[]> Index(JsonElement result, string property) => result.EnumerateArray().ToDictionary(
        static series => LabelSet.From(series.GetProperty("metric").EnumerateObject().Select(static label => KeyValuePair.Create(label.Name, label.Value.GetString()!))),
        series => property == "value" ? [Point(series.GetProperty(property))] : series.GetProperty(property).EnumerateArray().Select(Point).ToArray());

    private static string? Compare(Dictionary<LabelSet, SamplePoint[]> expected, Dictionary<LabelSet, SamplePoint[]> actual, double tolerance)
    {
        if (expected.Keys.FirstOrDefault(labels => !actual.ContainsKey(labels)) is { } missing)
            return $"{expected.Count} series expected, {actual.Count} found; missing {missing}";
        if (actual.Keys.FirstOrDefault(labels => !expected.ContainsKey(labels)) is { } extra)
            return $"{expected.Count} series expected, {actual.Count} found; not expected {extra}";
        foreach (var (labels, points) in expected)
        {
            var found = actual[labels];
            if (found.Length != points.Length)
                return $"{labels}: {points.Length} points expected, {found.Length} found";
            for (var i = 0; i < points.Length; i++)
            {
                if (!Same(points[i], found[i], tolerance))
                    return $"{labels}: {points[i]} expected, {found[i]} found";
            }
        }

        return null;
    }

    private static SamplePoint Point(JsonElement pair)
    {
        Assert.True(PromText.TryParseNumber(pair[1].GetString(), out var value));
        return new SamplePoint((long)Math.Round(pair[0].GetDouble() * 1000), value);
    }

    private static bool Same(SamplePoint expected, SamplePoint actual, double tolerance)
    {
        if (expected.Timestamp != actual.Timestamp)
            return false;
        var (left, right) = (expected.Value, actual.Value);
        return left.Equals(right) || Math.Abs(left - right) <= tolerance * Math.Max(1e-3, Math.Max(Math.Abs(left), Math.Abs(right)));
    }
}
