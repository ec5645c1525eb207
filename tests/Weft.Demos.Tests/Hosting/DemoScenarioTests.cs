namespace Weft.Demos.Hosting;

public sealed class DemoScenarioTests
{
    public static TheoryData<string> Names => [.. DemoScenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_image_of_a_scenario_runs_inside_weft(string name)
    {
        var scenario = DemoScenario.All.Single(each => each.Name == name);
        var lines = string.Concat(scenario.Manifests(inMesh: true)).Split('\n').Select(line => line.Trim());

        var images = lines.Where(line => line.StartsWith("image:", StringComparison.Ordinal)).Select(line => line["image:".Length..].Trim()).ToArray();

        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.NotNull(DemoCatalog.Create(image)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_begins_with_its_namespaces_in_the_mesh(string name)
    {
        var first = DemoScenario.All.Single(each => each.Name == name).Manifests(inMesh: true).First();

        Assert.Contains("kind: Namespace", first, StringComparison.Ordinal);
        Assert.Contains("istio-injection: enabled", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bookinfo", "bookinfo")]
    [InlineData("all", "travels bookinfo guestbook external")]
    [InlineData("nothing", "")]
    public void A_name_is_one_scenario_or_all(string name, string scenarios) =>
        Assert.Equal(scenarios, string.Join(' ', DemoScenario.Named(name).Select(scenario => scenario.Name)));

    [Fact]
    public void The_hosts_outside_have_the_addresses_that_the_tutorials_show()
    {
        var hosts = DemoScenario.Named("external").Single().ExternalHosts;

        Assert.Equal([("httpbin.org", 2), ("www.googleapis.com", 1)], hosts.Select(host => (host.Name, host.AddressCount)));
    }
}
