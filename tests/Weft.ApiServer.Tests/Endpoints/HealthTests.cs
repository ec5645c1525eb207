using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weft.ApiServer.Endpoints;

public sealed class HealthTests
{
    private static readonly HealthEndpoints Starting = new([new HealthCheck("ping", () => true)], [new HealthCheck("ping", () => true), new HealthCheck("poststarthook/begin", () => false)]);

    [Theory]
    [InlineData("/livez", "", 200, "ok")]
    [InlineData("/livez", "?verbose", 200, "[+]ping ok\nlivez check passed\n")]
    [InlineData("/healthz", "?verbose&exclude=b&exclude=a", 200, "[+]ping ok\nwarn: some health checks cannot be excluded: no matches for \"a\",\"b\"\nhealthz check passed\n")]
    [InlineData("/readyz", "", 500, "[+]ping ok\n[-]poststarthook/begin failed: reason withheld\nreadyz check failed\n")]
    [InlineData("/readyz", "?verbose&exclude=poststarthook/begin", 200, "[+]ping ok\n[+]poststarthook/begin excluded: ok\nreadyz check passed\n")]
    [InlineData("/readyz/poststarthook/begin", "", 500, "internal server error: not finished\n")]
    [InlineData("/readyz/ping", "?verbose", 200, "ok")]
    [InlineData("/readyz/nope", "", 404, "404 page not found\n")]
    public async Task A_server_that_has_not_begun_lives_and_is_not_ready(string path, string query, int code, string text)
    {
        var context = new DefaultHttpContext { Request = { Method = "GET", QueryString = new QueryString(query) }, Response = { Body = new MemoryStream() } };
        await Starting.AnswerAsync(context, path);
        Assert.Equal((code, text), (context.Response.StatusCode, Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray())));
    }
}
