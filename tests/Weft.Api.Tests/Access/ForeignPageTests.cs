using System.Net;

namespace Weft.Api.Access;

/// <summary>Posts of pages of other sites (CSRF), which a browser sends on behalf of who looks at them.</summary>
public sealed class ForeignPageTests
{
    private static readonly string[] Writes =
    [
        "/api/authenticate", "/api/stats/metrics", "/api/tracing/check", "/api/tracing/diagnose", "/api/namespaces/travels/pods/cars-v1/logging?level=debug",
    ];

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    public async Task A_page_of_another_site_writes_nothing(string header, string value)
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Anonymous);
        foreach (var path in Writes)
        {
            using var answer = await PostAsync(world, path, header, value);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("another site", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", null)]
    public async Task The_consoles_own_pages_do(string header, string? value)
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Anonymous);
        foreach (var path in Writes)
        {
            using var answer = await PostAsync(world, path, header, value ?? world.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
            Assert.DoesNotContain("another site", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_site_may_link_to_the_console()
    {
        await using var world = await AccessWorld.StartAsync(AccessStrategy.Anonymous);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/auth/info") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };
        using var answer = await world.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> PostAsync(AccessWorld world, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(""), Headers = { { header, value } } };
        return await world.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
