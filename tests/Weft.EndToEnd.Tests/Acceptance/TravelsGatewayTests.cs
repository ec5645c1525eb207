namespace Weft.EndToEnd.Acceptance;

/// <summary>The Travels tutorial's first route: its control application opened to the outside, with the objects that the wizard writes.</summary>
[Collection(DemoCollection.Name)]
public sealed class TravelsGatewayTests(DemoMesh mesh)
{
    private const string Host = "control.travel-control.istio-cluster.org";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_016_to_019_the_dashboard_is_served_by_the_gateway()
    {
        // Where no Gateway asks for the port, nobody listens.
        Assert.NotEqual(200, (await GetAsync(Host)).Status);
        await using var routing = await mesh.ApplyRowAsync("017-control-gateway.yaml");

        var page = await Eventually.Async(() => GetAsync(Host), answer => answer.Status == 200, Cancellation);

        Assert.Contains("Travel", page.Body, StringComparison.Ordinal);
        Assert.Equal(404, (await GetAsync("another.istio-cluster.org")).Status);
        await routing.DisposeAsync();
        await Eventually.Async(() => GetAsync(Host), answer => answer.Status is 0 or 404, Cancellation);
    }

    private Task<Answer> GetAsync(string host) => Visitor.GetAsync(mesh.Ingress, [("Host", host)]);
}
