namespace Weft.Demos.Hosting;

public sealed class DemoCatalogTests
{
    [Theory]
    [InlineData("quay.io/kiali/demo_travels_cars:v1")]
    [InlineData("quay.io/kiali/demo_travels_cars")]
    [InlineData("quay.io/kiali/demo_travels_cars@sha256:00ff")]
    public void An_image_is_found_whatever_its_tag(string image) => Assert.NotNull(DemoCatalog.Create(image));

    [Theory]
    [InlineData("demo_travels_cars:v1")]
    [InlineData("quay.io:443/kiali/unknown:v1")]
    [InlineData("")]
    public void An_image_of_somebody_else_is_not_ours(string image) => Assert.Null(DemoCatalog.Create(image));

    [Fact]
    public void Without_the_mesh_no_namespace_asks_for_injection()
    {
        var travels = Assert.Single(DemoScenario.All, scenario => scenario.Name == "travels");

        Assert.Contains("istio-injection: enabled", string.Concat(travels.Manifests(inMesh: true)), StringComparison.Ordinal);
        Assert.DoesNotContain("istio-injection: enabled", string.Concat(travels.Manifests(inMesh: false)), StringComparison.Ordinal);
    }
}
