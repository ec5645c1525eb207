using Envoy.Config.Route.V3;

namespace Weft.Proxy.Routing;

public sealed class RouteTableTests
{
    [Theory]
    [InlineData("beta.demo", "exact")]
    [InlineData("BETA.demo:8000", "exact")]
    [InlineData("a.example.com", "suffix")]
    [InlineData("a.b.example.com", "long suffix")]
    [InlineData("example.org", "prefix")]
    [InlineData("example.com", "prefix")]
    [InlineData("anything", "any")]
    [InlineData("", "any")]
    public void A_virtual_host_is_found_in_Envoys_order(string authority, string expected)
    {
        var config = new RouteConfiguration { Name = "8000", IgnorePortInHostMatching = true };
        config.VirtualHosts.Add(new VirtualHost { Name = "any", Domains = { "*" } });
        config.VirtualHosts.Add(new VirtualHost { Name = "prefix", Domains = { "example.*" } });
        config.VirtualHosts.Add(new VirtualHost { Name = "suffix", Domains = { "*.example.com" } });
        config.VirtualHosts.Add(new VirtualHost { Name = "long suffix", Domains = { "*.b.example.com" } });
        config.VirtualHosts.Add(new VirtualHost { Name = "exact", Domains = { "beta.demo" } });

        Assert.Equal(expected, RouteCompiler.Compile(config).HostFor(authority)!.Name);
    }

    [Fact]
    public void A_domain_of_two_virtual_hosts_is_refused()
    {
        var config = new RouteConfiguration();
        config.VirtualHosts.Add(new VirtualHost { Name = "one", Domains = { "beta" } });
        config.VirtualHosts.Add(new VirtualHost { Name = "two", Domains = { "Beta" } });

        var error = Assert.Throws<Subscriptions.ResourceRejectedException>(() => RouteCompiler.Compile(config));
        Assert.Contains("beta", error.Message);
    }

    [Fact]
    public void Weighted_clusters_are_drawn_by_weight()
    {
        var clusters = new WeightedClusters([new("v1", 80), new("v2", 20), new("v3", 0)]);

        Assert.Equal("v1", clusters.Pick(0).Name);
        Assert.Equal("v1", clusters.Pick(0.799).Name);
        Assert.Equal("v2", clusters.Pick(0.8).Name);
        Assert.Equal("v2", clusters.Pick(0.9999).Name);
    }
}
