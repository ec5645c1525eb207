using System.Net;
using Weft.Console.Settings;

namespace Weft.Console.Links;

/// <summary>Dashboards in Grafana and Perses, asked for as their APIs are documented.</summary>
public sealed class DashboardLinksTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""[{"uid":"LJ","title":"Istio Service Dashboard","url":"/d/LJ/istio-service"}]""", "https://g.example.com/d/LJ/istio-service?orgId=2")]
    [InlineData("""[{"url":"/a/1"},{"url":"/a/2"}]""", "https://g.example.com/a/1?orgId=2")]
    [InlineData("""[{"url":"https://g.example.com/d/LJ/istio-service"}]""", "https://g.example.com/d/LJ/istio-service?orgId=2")]
    [InlineData("[]", null)]
    [InlineData("""[{"title":"no address"}]""", null)]
    public async Task A_dashboard_of_Grafana_is_where_its_search_says(string answer, string? expected)
    {
        var (asked, links) = Links(DashboardLinks.Grafana, new Uri("https://g.example.com/?orgId=2"), HttpStatusCode.OK, answer);
        Assert.Equal(expected is null ? [] : [expected], (await links.ReadAsync(Cancelled)).Select(link => link.Url.AbsoluteUri));
        Assert.Equal(["https://g.example.com/api/search?query=Istio%20Service%20Dashboard&orgId=2 Bearer t"], asked);
    }

    [Fact]
    public async Task A_dashboard_of_Perses_is_where_its_name_says()
    {
        var (asked, links) = Links(DashboardLinks.Perses, new Uri("https://p.example.com"), HttpStatusCode.OK, """{"kind":"Dashboard"}""", new Uri("http://perses.istio-system:4000/"));
        Assert.Equal(["https://p.example.com/projects/istio/dashboards/istio-service-dashboard"], (await links.ReadAsync(Cancelled)).Select(link => link.Url.AbsoluteUri));
        Assert.Equal(["http://perses.istio-system:4000/api/v1/projects/istio/dashboards/istio-service-dashboard Bearer t"], asked);
    }

    [Fact]
    public async Task A_dashboard_that_Perses_does_not_know_is_left_out() =>
        Assert.Empty(await Links(DashboardLinks.Perses, new Uri("https://p.example.com"), HttpStatusCode.NotFound, """{"message":"document not found"}""").Links.ReadAsync(Cancelled));

    [Theory]
    [InlineData(401, """{"message":"Invalid API key"}""", "error from Grafana (401): Invalid API key")]
    [InlineData(500, "oops", "error from Grafana (500): unknown error")]
    [InlineData(200, "<html>", "Grafana does not answer as it should at https://g.example.com")]
    [InlineData(200, """{"a":1}""", "Grafana does not answer as it should at https://g.example.com")]
    public async Task What_is_wrong_is_told_and_not_kept(int status, string answer, string message)
    {
        var (asked, links) = Links(DashboardLinks.Grafana, new Uri("https://g.example.com"), (HttpStatusCode)status, answer);
        Assert.Equal(message, (await Assert.ThrowsAsync<LinksException>(() => links.ReadAsync(Cancelled))).Message);
        await Assert.ThrowsAsync<LinksException>(() => links.ReadAsync(Cancelled));
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task Without_an_address_nothing_is_asked()
    {
        var (asked, links) = Links(DashboardLinks.Grafana, null, HttpStatusCode.OK, "[]");
        Assert.Equal("Grafana URL is not set in the configuration (external_services.grafana.external_url)", (await Assert.ThrowsAsync<LinksException>(() => links.ReadAsync(Cancelled))).Message);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task What_was_found_is_kept()
    {
        var (asked, links) = Links(DashboardLinks.Grafana, new Uri("https://g.example.com"), HttpStatusCode.OK, "[]");
        await links.ReadAsync(Cancelled);
        await links.ReadAsync(Cancelled);
        Assert.Single(asked);
    }

    private static (List<string> Asked, DashboardLinks Links) Links(string product, Uri? external, HttpStatusCode status, string answer, Uri? @internal = null)
    {
        var server = new Server(status, answer);
        var settings = new LinkSettings
        {
            Enabled = true,
            ExternalUrl = external,
            InternalUrl = @internal,
            Dashboards = [new("Istio Service Dashboard") { Service = "var-service" }],
            Authorization = "Bearer t",
        };
#pragma warning disable CA2000 // Nothing to release: the handler answers by itself.
        return (server.Asked, new DashboardLinks(product, settings, new HttpClient(server), TimeProvider.System));
#pragma warning restore CA2000
    }

    private sealed class Server(HttpStatusCode status, string answer) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.RequestUri!.AbsoluteUri} {request.Headers.Authorization}");
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(answer) });
        }
    }
}
