using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo;

/// <summary>Bookinfo's parts, started together.</summary>
internal static class BookinfoWorlds
{
    public const string Images = "registry.istio.io/release/examples-bookinfo-";

    /// <summary>The four services.</summary>
    public static DemoWorld Shop(string reviews = "v3", string ratings = "v1", TimeProvider? time = null)
    {
        var world = new DemoWorld { Time = time ?? TimeProvider.System };
        world.Start("productpage", Images + "productpage-v1:1.20.3");
        world.Start("details", Images + "details-v1:1.20.3");
        world.Start("reviews", $"{Images}reviews-{reviews}:1.20.3", ("HOSTNAME", "reviews-pod-1"));
        world.Start("ratings", $"{Images}ratings-{ratings}:1.20.3");
        return world;
    }
}
