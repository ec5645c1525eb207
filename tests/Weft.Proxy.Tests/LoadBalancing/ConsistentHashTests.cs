using System.Collections.Immutable;
using System.Text;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.LoadBalancing;

public sealed class ConsistentHashTests
{
    private static readonly RingHashPolicy Ring = new(1024, 8 << 20, false);
    private static readonly MaglevPolicy Maglev = new(65537, false);

    public static TheoryData<string> Policies => ["ring", "maglev"];

    // Published test vectors of XXH64.
    [Theory]
    [InlineData("", 0, 0xEF46DB3751D8E999)]
    [InlineData("a", 0, 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0, 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0, 0xFBCEA83C8A378BF1)]
    public void Hashes_are_xxh64(string text, ulong seed, ulong hash) => Assert.Equal(hash, XxHash64.Of(Encoding.UTF8.GetBytes(text), seed));

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_same_hash_leads_to_the_same_endpoint(string kind)
    {
        var endpoints = TestEndpoints.WithWeights(1, 1, 1, 1, 1);
        var (first, second) = (Create(kind, endpoints), Create(kind, endpoints));

        Assert.All(Hashes(500), hash => Assert.Same(first.Pick(At(hash)), second.Pick(At(hash))));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Removing_an_endpoint_moves_little_but_its_own(string kind)
    {
        var endpoints = TestEndpoints.WithWeights(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        var (all, fewer) = (Create(kind, endpoints), Create(kind, endpoints.RemoveAt(3)));

        var moved = Hashes(5000).Count(hash => all.Pick(At(hash)) is var before && before != endpoints[3] && fewer.Pick(At(hash)) != before);

        // A smaller ring has more points of each endpoint, and Maglev's table is disturbed a little (section 5.3 of its paper).
        Assert.InRange(moved, 0, 500);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Shares_follow_the_weights(string kind)
    {
        var random = new Random(17);
        for (var round = 0; round < 10; round++)
        {
            var endpoints = TestEndpoints.WithWeights([.. Enumerable.Range(0, random.Next(2, 8)).Select(_ => (uint)random.Next(1, 5))]);
            var total = endpoints.Sum(endpoint => endpoint.Weight);
            var balancer = kind == "ring" ? new RingHashPolicy(64 * 1024, 8 << 20, false).Create(endpoints, false) : Create(kind, endpoints);
            var counts = Hashes(20_000).Select(hash => balancer.Pick(At(hash))).CountBy(pick => pick).ToDictionary();

            Assert.All(endpoints, endpoint => Assert.InRange(counts[endpoint] / 20_000.0, (endpoint.Weight / (double)total) - 0.03, (endpoint.Weight / (double)total) + 0.03));
        }
    }

    [Fact]
    public void A_ring_has_at_least_its_least_size_and_whole_numbers_of_points()
    {
        var ring = (RingHashBalancer)Ring.Create(TestEndpoints.WithWeights(1, 2, 3), false);

        // The lightest, a sixth, has ceil(1024 / 6) = 171 points; the ring has six times as many.
        Assert.Equal(171 * 6, ring.Size);
    }

    [Fact]
    public void A_request_goes_to_the_next_point_of_the_ring_and_a_retry_to_the_one_after()
    {
        var endpoints = TestEndpoints.WithWeights(1, 1, 1);
        var balancer = new RingHashPolicy(3, 3, false).Create(endpoints, false);
        var points = endpoints.Select(endpoint => (Hash: XxHash64.Of($"{endpoint.Address}_0"), Endpoint: endpoint)).OrderBy(point => point.Hash).ToList();

        Assert.Same(points[1].Endpoint, balancer.Pick(At(points[0].Hash + 1)));
        Assert.Same(points[1].Endpoint, balancer.Pick(At(points[1].Hash)));
        Assert.Same(points[0].Endpoint, balancer.Pick(At(points[2].Hash + 1)));
        Assert.Same(points[2].Endpoint, balancer.Pick(At(points[0].Hash + 1) with { Redraws = 1 }));
    }

    [Fact]
    public void Maglevs_table_is_full_and_even()
    {
        var endpoints = TestEndpoints.WithWeights(1, 1, 1, 1, 1, 1, 1);
        var counts = ((MaglevBalancer)Maglev.Create(endpoints, false)).Table.CountBy(endpoint => endpoint).ToDictionary();

        Assert.Equal(65537, counts.Values.Sum());
        Assert.InRange(counts.Values.Max() - counts.Values.Min(), 0, 1);
    }

    private static LoadBalancer Create(string kind, ImmutableArray<EndpointModel> endpoints) =>
        (kind == "ring" ? (LoadBalancingPolicy)Ring : Maglev).Create(endpoints, weighsLocalities: false);

    private static PickContext At(ulong hash) => new() { Hash = hash };

    private static IEnumerable<ulong> Hashes(int count) => Enumerable.Range(0, count).Select(index => XxHash64.Of($"user-{index}"));
}
