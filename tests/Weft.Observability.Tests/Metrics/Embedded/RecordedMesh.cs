using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>The series of a real mesh, and what a real Prometheus 3.5 answered to Kiali's queries about them (folder Recorded).</summary>
internal static class RecordedMesh
{
    /// <summary>A recorded question; <see cref="Step"/> is null for an instant query at <see cref="End"/>. Times in milliseconds.</summary>
    internal sealed record Question(string Query, long Start, long End, long? Step, JsonElement Answer);

    public static SeriesStore LoadStore()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        using var document = Open("bookinfo-series.json.gz");
        var times = document.RootElement.GetProperty("timestamps").EnumerateArray().Select(static time => time.GetInt64() * 1000).ToArray();
        foreach (var series in document.RootElement.GetProperty("series").EnumerateArray())
        {
            var labels = LabelSet.From(series.GetProperty("metric").EnumerateObject().Select(static label => KeyValuePair.Create(label.Name, label.Value.GetString()!)));
            var i = 0;
            foreach (var value in series.GetProperty("values").EnumerateArray())
            {
                Assert.True(PromText.TryParseNumber(value.GetString(), out var number));
                Assert.True(store.Append(labels, times[i++], number));
            }
        }

        return store;
    }

    public static ImmutableArray<Question> LoadQuestions()
    {
        using var document = Open("bookinfo-queries.json.gz");
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static Question Read(JsonElement recorded)
    {
        var parameters = recorded.GetProperty("params");
        var query = parameters.GetProperty("query").GetString()!;
        var answer = recorded.GetProperty("answer").Clone();
        if (parameters.TryGetProperty("time", out var time))
            return new Question(query, 0, Milliseconds(time), null, answer);
        return new Question(query, Milliseconds(parameters.GetProperty("start")), Milliseconds(parameters.GetProperty("end")), Milliseconds(parameters.GetProperty("step")), answer);
    }

    private static long Milliseconds(JsonElement seconds) => (long)Math.Round(decimal.Parse(seconds.GetString()!, System.Globalization.CultureInfo.InvariantCulture) * 1000);

    private static JsonDocument Open(string file)
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Recorded", file)), CompressionMode.Decompress);
        return JsonDocument.Parse(stream);
    }
}
