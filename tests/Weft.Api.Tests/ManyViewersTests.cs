using System.Net;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>Two hundred people look at the same pages: each is made once for all, and nothing piles up.</summary>
public sealed class ManyViewersTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    private const int Viewers = 200;
    private const int Rounds = 5;
    private const long Megabyte = 1024 * 1024;

    private static readonly string[] Pages =
    [
        "/api/namespaces/graph?namespaces=bookinfo,istio-system&graphType=versionedApp&injectServiceNodes=true&boxBy=cluster,namespace",
        "/api/clusters/health?namespaces=bookinfo&type=app",
        "/api/clusters/workloads?namespaces=bookinfo",
        "/api/namespaces/bookinfo/workloads/reviews-v3/dashboard?direction=inbound&queryTime=1795234400",
        "/api/overview/metrics/services/rates",
    ];

    [Fact]
    public async Task Two_hundred_viewers_cost_the_metrics_store_what_a_few_do()
    {
        foreach (var page in Pages)
        {
            await GetAsync(page);
        }

        var alone = world.MetricsQueries;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Viewers).Select(viewer => GetAsync(Pages[viewer % Pages.Length])));
        }

        // Everything may have been made anew a few times, because time has passed; never for each viewer.
        Assert.InRange(world.MetricsQueries - alone, 0, alone * 20);
        Assert.True((GC.GetTotalMemory(forceFullCollection: true) - before) / Megabyte < 64);
    }

    private async Task GetAsync(string page)
    {
        using var response = await world.Client.GetAsync(page, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
