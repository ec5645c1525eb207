namespace Weft.EndToEnd;

/// <summary>The first thing that a new user sees: Travels running in the mesh, and its live graph.</summary>
[Collection(TravelsCollection.Name)]
public sealed class TravelsGraphTests(TravelsMesh mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_graph_shows_who_talks_to_whom()
    {
        string[] expected =
        [
            "travels.travel-agency -> cars.travel-agency http",
            "travels.travel-agency -> flights.travel-agency http",
            "travels.travel-agency -> hotels.travel-agency http",
            "travels.travel-agency -> insurances.travel-agency http",
            "cars.travel-agency -> discounts.travel-agency http",
            "cars.travel-agency -> mysqldb.travel-agency tcp",
            "flights.travel-agency -> discounts.travel-agency http",
            "flights.travel-agency -> mysqldb.travel-agency tcp",
            "hotels.travel-agency -> discounts.travel-agency http",
            "hotels.travel-agency -> mysqldb.travel-agency tcp",
            "insurances.travel-agency -> discounts.travel-agency http",
            "insurances.travel-agency -> mysqldb.travel-agency tcp",
            "travels.travel-portal -> travels.travel-agency http",
            "viaggi.travel-portal -> travels.travel-agency http",
            "voyages.travel-portal -> travels.travel-agency http",
        ];

        // These and no others, once what other tests sent is a minute old.
        await Eventually.Async(
            () => TrafficGraph.GetAsync(mesh.Weft, $"namespaces={TrafficGraph.Namespaces}&graphType=versionedApp&duration=60s", Cancellation),
            graph => expected.Order(StringComparer.Ordinal).SequenceEqual(graph.Edges()),
            Cancellation);
    }

    [Fact]
    public async Task Edges_between_sidecars_are_mutual_tls()
    {
        // In the first seconds some edges are known from one side only, and what is known of them is not yet secured.
        await Eventually.Async(
            () => TrafficGraph.GetAsync(mesh.Weft, $"namespaces={TrafficGraph.Namespaces}&graphType=workload&duration=60s&appenders=securityPolicy", Cancellation),
            graph => MutualTls(graph).ToArray() is { Length: 15 } shares && shares.All(share => share == "100"),
            Cancellation);
    }

    private static IEnumerable<string?> MutualTls(TrafficGraph graph) =>
        graph.Json["elements"]!["edges"]!.AsArray().Select(edge => (string?)edge!["data"]!["isMTLS"]);
}
