using System.Text.Json.Nodes;

namespace Weft.ApiServer.Admission;

public sealed class AmountsTests
{
    [Fact]
    public void Amounts_beyond_all_bounds_are_summed_and_divided()
    {
        var amounts = Amounts.Read(new JsonObject { ["memory"] = "70000000000E", ["cpu"] = "1e-27" });
        Assert.Equal((long.MaxValue, 0.000000001m), (amounts["memory"], amounts["cpu"]));

        var sum = new Dictionary<string, decimal>();
        for (var i = 0; i < 1000; i++) Amounts.Add(sum, amounts);

        Assert.Equal(1000m * long.MaxValue, sum["memory"]);
        Assert.True(amounts["memory"] / amounts["cpu"] > amounts["memory"]);
    }
}
