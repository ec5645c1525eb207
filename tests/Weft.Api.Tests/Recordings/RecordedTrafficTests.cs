namespace Weft.Api.Recordings;

/// <summary>What the list of edges is made into is what was recorded, where samples were recorded.</summary>
public sealed class RecordedTrafficTests
{
    private const double LastPlace = 1.1e-6;

    [Fact]
    public void Series_made_of_the_list_of_edges_are_those_that_were_recorded()
    {
        var recorded = RecordedSeries.Recorded().Where(sample => sample.Labels["__name__"].StartsWith("istio_", StringComparison.Ordinal)).ToLookup(sample => sample.Labels, sample => (sample.Time, sample.Value));
        var made = RecordedTraffic.Series.Where(series => series.Labels["source_workload_namespace"] == "bookinfo" || series.Labels["destination_service_namespace"] == "bookinfo").ToDictionary(series => series.Labels, series => series.Rate);
        Assert.True(recorded.Count > 2000);
        Assert.Empty(recorded.Select(series => series.Key).Except(made.Keys));
        Assert.Empty(made.Keys.Except(recorded.Select(series => series.Key)));
        Assert.All(recorded, series => Assert.All(series, sample => Assert.Equal(RecordedTraffic.At(made[series.Key], sample.Time), sample.Value, LastPlace)));
    }
}
