using Weft.Demos.Bookinfo.Details;
using Weft.Demos.Bookinfo.ProductPage;
using Weft.Demos.Bookinfo.Ratings;
using Weft.Demos.Bookinfo.Reviews;
using Weft.Demos.Hosting;
using Weft.Demos.MongoDb;
using Weft.Demos.MySql;

namespace Weft.Demos.Bookinfo;

/// <summary>Istio's Bookinfo, re-implemented: image repositories of the present and the earlier registry, and what runs for them.</summary>
internal static class BookinfoDemo
{
    /// <summary>The port of all four services.</summary>
    public const string Listen = ":9080";

    private static readonly string[] Registries = ["registry.istio.io/release/examples-bookinfo-", "istio/examples-bookinfo-"];

    public static IReadOnlyDictionary<string, Func<IDemoWorkload>> Images { get; } = new Dictionary<string, Func<IDemoWorkload>>(
        from registry in Registries
        from image in Repositories
        select KeyValuePair.Create(registry + image.Key, image.Value))
    {
        ["quay.io/kiali/kiali-test-mesh-traffic-generator"] = static () => new TrafficGenerator(),
    };

    private static Dictionary<string, Func<IDemoWorkload>> Repositories => new()
    {
        ["productpage-v1"] = static () => new ProductPageService(floodFactor: 0),
        ["productpage-v-flooding"] = static () => new ProductPageService(floodFactor: 100),
        ["details-v1"] = static () => new DetailsService(externalBooks: false),
        ["details-v2"] = static () => new DetailsService(externalBooks: true),
        ["reviews-v1"] = static () => new ReviewsService(StarColor: null),
        ["reviews-v2"] = static () => new ReviewsService(StarColor: "black"),
        ["reviews-v3"] = static () => new ReviewsService(StarColor: "red"),
        ["ratings-v1"] = static () => new RatingsService("v1"),
        ["ratings-v2"] = static () => new RatingsService("v2"),
        ["ratings-v-faulty"] = static () => new RatingsService("v-faulty"),
        ["ratings-v-delayed"] = static () => new RatingsService("v-delayed"),
        ["ratings-v-unavailable"] = static () => new RatingsService("v-unavailable"),
        ["ratings-v-unhealthy"] = static () => new RatingsService("v-unhealthy"),
        ["mysqldb"] = static () => new MySqlServer(RatingsTable.Execute),
        ["mongodb"] = static () => new MongoServer(RatingsTable.Collections),
    };
}
