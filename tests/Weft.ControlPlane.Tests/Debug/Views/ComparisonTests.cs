namespace Weft.ControlPlane.Debug.Views;

public sealed class ComparisonTests
{
    private const string Istiod = """
        {"configs":[
          {"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","versionInfo":"2","dynamicActiveClusters":[
            {"cluster":{"name":"b","type":"EDS","connectTimeout":"10s"}},{"cluster":{"name":"a"}}]},
          {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump","dynamicRouteConfigs":[{"routeConfig":{"name":"80"}}]}]}
        """;

    [Fact]
    public void Spelling_order_and_versions_do_not_count()
    {
        const string proxy = """
            {"configs":[
              {"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","version_info":"1","static_clusters":[{"cluster":{"name":"agent"}}],"dynamic_active_clusters":[
                {"version_info":"1","cluster":{"name":"a"}},{"cluster":{"connect_timeout":"10s","name":"b","type":"EDS"}}]},
              {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump","dynamic_route_configs":[{"last_updated":"2026-11-21T20:00:00Z","route_config":{"name":"80"}}]}]}
            """;

        Assert.Equal(
            "Clusters Match\nListeners Match\nRoutes Match (RDS last loaded at Sat, 21 Nov 2026 20:00:00 UTC)\n",
            ComparisonView.Text(EnvoyDump.Parse(Istiod), EnvoyDump.Parse(proxy)));
    }

    [Fact]
    public void What_differs_is_shown_line_by_line()
    {
        var proxy = Istiod.Replace("10s", "5s", StringComparison.Ordinal);

        var text = ComparisonView.Text(EnvoyDump.Parse(Istiod), EnvoyDump.Parse(proxy));

        Assert.StartsWith("Clusters Don't Match\n--- Istiod Clusters\n+++ Envoy Clusters\n@@ -1,", text, StringComparison.Ordinal);
        Assert.Contains("\n-        \"connectTimeout\": \"10s\",\n+        \"connectTimeout\": \"5s\",\n", text, StringComparison.Ordinal);
        Assert.EndsWith("Listeners Match\nRoutes Match\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_far_apart_are_shown_apart_with_their_place()
    {
        var before = Enumerable.Range(1, 60).Select(line => $"{line}").ToArray();
        var after = before.Where(line => line != "10").Select(line => line == "50" ? "fifty" : line).ToArray();

        var hunks = LineDifference.Between("a", before, "b", after).Split('\n').Where(line => line.StartsWith("@@", StringComparison.Ordinal));

        Assert.Equal(["@@ -3,15 +3,14 @@", "@@ -43,15 +42,15 @@"], hunks);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a b c", "a b c")]
    public void Equal_texts_have_no_difference(string before, string after) =>
        Assert.Empty(LineDifference.Between("a", before.Split(' '), "b", after.Split(' ')));

    [Fact]
    public void A_difference_leads_from_one_text_to_the_other()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var (before, after) = (Lines(random), Lines(random));
            var lines = LineDifference.Between("a", before, "b", after).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).Where(line => line[0] != '@').ToList();
            if (lines.Count > 0)
            {
                Assert.Equal(before, lines.Where(line => line[0] != '+').Select(line => line[1..]));
                Assert.Equal(after, lines.Where(line => line[0] != '-').Select(line => line[1..]));
            }
        }
    }

    /// <summary>Few enough to fit in one hunk.</summary>
    private static string[] Lines(Random random) => [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(4).ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
