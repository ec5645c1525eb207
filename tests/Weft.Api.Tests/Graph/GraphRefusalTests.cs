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
}
