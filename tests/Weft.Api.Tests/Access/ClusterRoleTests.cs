using System.Net;
using Weft.Api.Recordings;

namespace Weft.Api.Access;

/// <summary>The rights that the console is deployed with are those that it uses: no fewer, and nothing that writes.</summary>
public sealed class ClusterRoleTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    [Fact]
    public async Task Every_request_to_the_API_server_is_allowed()
    {
        var pod = (await world.Client.GetStringAsync("/api/namespaces/bookinfo/workloads/reviews-v1", TestContext.Current.CancellationToken)).Split("\"name\":\"reviews-v1-")[1].Split('"')[0];
        foreach (var page in new[]
        {
            "/api/status", "/api/config", "/api/istio/status", "/api/clusters/workloads", "/api/istio/config", "/api/mesh/graph", "/api/namespaces/graph?namespaces=bookinfo",
            "/api/istio/permissions?namespaces=bookinfo", $"/api/namespaces/bookinfo/pods/reviews-v1-{pod}/logs?container=istio-proxy",
        })
        {
            using var answer = await world.Client.GetAsync(page, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{page}: {answer.StatusCode}");
        }

        var role = ClusterRole.Read();
        Assert.NotEmpty(world.KubernetesRequests);
        Assert.Contains(world.KubernetesRequests, request => request.Url.Contains("/log?", StringComparison.Ordinal));
        Assert.DoesNotContain(world.KubernetesRequests, request => !role.Allows(request.Method, request.Url));
    }

    [Theory]
    [InlineData("GET", "/api/v1/secrets")]
    [InlineData("GET", "/api/v1/configmaps")]
    [InlineData("GET", "/api/v1/namespaces/shop/configmaps")]
    [InlineData("POST", "/api/v1/namespaces/shop/pods/web/exec")]
    [InlineData("DELETE", "/api/v1/namespaces/shop/pods/web")]
    [InlineData("PATCH", "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web")]
    public void Nothing_else_is_allowed(string method, string url) => Assert.False(ClusterRole.Read().Allows(method, url));

    [Fact]
    public void Only_port_forwards_are_created_and_nothing_is_changed()
    {
        var writing = ClusterRole.Read().Rules.Where(rule => rule["verbs"]!.AsArray().Any(verb => verb!.ToString() is not ("get" or "list" or "watch")));
        Assert.Equal("""["pods/portforward"]""", Assert.Single(writing)["resources"]!.ToJsonString());
    }
}
