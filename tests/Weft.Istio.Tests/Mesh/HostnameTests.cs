namespace Weft.Istio.Mesh;

public sealed class HostnameTests
{
    [Theory]
    [InlineData("reviews", "reviews.shop.svc.cluster.local")]
    [InlineData("reviews.other", "reviews.other")]
    [InlineData("*", "*")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    public void Only_a_name_without_a_dot_belongs_to_the_namespace_of_its_object(string host, string expected) =>
        Assert.Equal(expected, Hostname.Resolve(host, "shop"));

    [Theory]
    [InlineData("a.example.com", "*.example.com", true)]
    [InlineData("*.a.example.com", "*.example.com", true)]
    [InlineData("*.example.com", "a.example.com", false)]
    [InlineData("example.com", "*.example.com", false)]
    [InlineData("a.example.com", "*", true)]
    public void A_wildcard_covers_what_ends_like_it(string host, string container, bool expected) =>
        Assert.Equal(expected, Hostname.IsSubsetOf(host, container));

    [Fact]
    public void Exact_hosts_come_before_longer_wildcards_before_shorter_ones() =>
        Assert.Equal(["a.b.c", "*.b.c", "*.c", "*"], new[] { "*", "*.c", "a.b.c", "*.b.c" }.OrderBy(host => host, Comparer<string>.Create(Hostname.CompareSpecificity)));
}
