using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Weft.Api.Errors;
using Weft.Api.Recordings;
using Weft.Console.Inventory;

namespace Weft.Api.Graph;

/// <summary>Bad requests are refused with Kiali's codes and words.</summary>
public sealed class GraphRefusalTests
{
    public static TheoryData<string, int, string> Refusals =>
    [
        .. Recording.Read("graph-errors.json").AsArray()
            .Where(item => item!["status"]!.GetValue<int>() is 400 or 403)
            .Select(item => new TheoryDataRow<string, int, string>(
                item!["url"]!.GetValue<string>(), item["status"]!.GetValue<int>(), item["answer"]!["error"]!.GetValue<string>())),
    ];

    public static TheoryData<string> Accepted =>
    [
        .. Recording.Read("graph-errors.json").AsArray().Where(item => item!["status"]!.GetValue<int>() == 200).Select(item => item!["url"]!.GetValue<string>()),
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_bad_request_is_refused_as_by_Kiali(string url, int status, string message)
    {
        var refusal = Assert.Throws<ApiException>(() => GraphUrls.Parse(url, DateTimeOffset.UnixEpoch));
        Assert.Equal((status, message), (refusal.Status, refusal.Message));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void An_odd_but_harmless_request_is_accepted(string url) => Assert.NotNull(GraphUrls.Parse(url, DateTimeOffset.UnixEpoch));

    [Fact]
    public void Before_the_cluster_is_read_nothing_is_called_inaccessible() =>
        Assert.Equal(503, Assert.Throws<ApiException>(() => GraphQueryParser.ForNamespaces(
            new QueryCollection(QueryHelpers.ParseQuery("?namespaces=bookinfo")), MeshInventory.Empty, DateTimeOffset.UnixEpoch)).Status);

    [Theory]
    [InlineData("/api/namespaces/graph?namespaces=bookinfo&aggregate=a%22%7D%20or%20vector(1)")]
    [InlineData("/api/namespaces/bookinfo/aggregates/a%22/x/graph")]
    [InlineData("/api/namespaces/graph?namespaces=bookinfo&queryTime=999999999999999")]
    [InlineData("/api/namespaces/graph?namespaces=bookinfo&duration=99999999999999999y")]
    public void What_would_break_a_query_is_refused(string url) =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => GraphUrls.Parse(url, DateTimeOffset.UnixEpoch)).Status);

    [Theory]
    [InlineData("namespaces=bookinfo&boxBy=none", "Invalid boxBy [none]")]
    [InlineData("namespaces=bookinfo&boxBy=app,bad", "Invalid boxBy [app,bad]")]
    [InlineData("namespaces=bookinfo&rateTcp=SENT", "Invalid TCP Rate [SENT]")]
    [InlineData("namespaces=bookinfo&queryTime=1000", "Namespace [bookinfo] did not exist at requested queryTime [1970-01-01 00:16:40 +0000 UTC]")]
    [InlineData("namespaces=bookinfo&appenders=health,extensions", "Invalid appender [extensions]")]
    public void Words_are_taken_as_they_are_written(string query, string message) => Assert.Equal((400, message), Refusal(query));

    [Theory]
    [InlineData("namespaces=nope&graphType=bad&duration=abc&configVendor=bad", 400, "Invalid configVendor [bad]")]
    [InlineData("namespaces=nope&graphType=bad&duration=abc", 400, "Invalid duration [abc]")]
    [InlineData("namespaces=nope&graphType=bad&boxBy=bad", 400, "Invalid graphType [bad]")]
    [InlineData("namespaces=nope&includeIdleEdges=maybe&queryTime=x", 400, "Invalid includeIdleEdges [maybe]")]
    [InlineData("namespaces=nope&telemetryVendor=x&rateHttp=bad", 400, "Invalid telemetryVendor [x]")]
    [InlineData("namespaces=nope&rateHttp=bad&appenders=bad", 403, "Requested namespace [nope] is not accessible.")]
    [InlineData("namespaces=bookinfo,&rateHttp=bad", 403, "Requested namespace [] is not accessible.")]
    [InlineData("namespaces=bookinfo&rateHttp=bad&rateGrpc=worse", 400, "Invalid gRPC Rate [worse]")]
    [InlineData("namespaces=bookinfo&responseTime=1&appenders=bad", 400, "Invalid appender [bad]")]
    [InlineData("namespaces=bookinfo&responseTime=1&waypoints=maybe", 400, "Invalid responseTime, must be one of: avg | 50 | 95 | 99: [1]")]
    public void Of_several_faults_the_one_that_Kiali_meets_first_is_told(string query, int status, string message) => Assert.Equal((status, message), Refusal(query));

    [Theory]
    [InlineData("namespaces=bookinfo&appenders=deadNode&responseTime=bad&throughputType=bad&waypoints=bad")]
    [InlineData("namespaces=bookinfo&graphType=service&injectServiceNodes=maybe")]
    [InlineData("namespaces=bookinfo&duration=0")]
    [InlineData("namespaces=bookinfo&queryTime=0")]
    [InlineData("namespaces=bookinfo&namespaces=nope&graphType=app&graphType=bad")]
    public void What_is_not_read_is_not_refused(string query) => Assert.Equal(["bookinfo"], GraphUrls.Parse($"/api/namespaces/graph?{query}", DateTimeOffset.UnixEpoch).Namespaces);

    private static (int Status, string Message) Refusal(string query)
    {
        var refusal = Assert.Throws<ApiException>(() => GraphUrls.Parse($"/api/namespaces/graph?{query}", DateTimeOffset.UnixEpoch));
        return (refusal.Status, refusal.Message);
    }
}
