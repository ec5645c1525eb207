using Weft.Demos.Hosting;

namespace Weft.Demos.Travels;

/// <summary>The Travels demo's parts, started together.</summary>
internal static class TravelsWorlds
{
    /// <summary>The agency, complete.</summary>
    public static DemoWorld Agency()
    {
        var world = new DemoWorld();
        world.Start("mysqldb.travel-agency", "quay.io/kiali/demo_travels_mysqldb:v1", ("MYSQL_ROOT_PASSWORD", "password"));
        foreach (var name in (string[])["cars", "flights", "hotels", "insurances"])
        {
            world.Start(
                name + ".travel-agency",
                $"quay.io/kiali/demo_travels_{name}:v1",
                ("DISCOUNTS_SERVICE", "http://discounts.travel-agency:8000"),
                ("MYSQL_SERVICE", "mysqldb.travel-agency:3306"),
                ("MYSQL_USER", "root"),
                ("MYSQL_PASSWORD", "password"),
                ("MYSQL_DATABASE", "test"));
        }

        world.Start("discounts.travel-agency", "quay.io/kiali/demo_travels_discounts:v1");
        world.Start(
            "travels.travel-agency",
            "quay.io/kiali/demo_travels_travels:v1",
            [.. ((string[])["flights", "hotels", "cars", "insurances"]).Select(name => (name.ToUpperInvariant() + "_SERVICE", $"http://{name}.travel-agency:8000"))]);
        return world;
    }
}
