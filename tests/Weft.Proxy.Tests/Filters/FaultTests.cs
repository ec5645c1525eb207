using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Weft.Proxy.Mesh;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters;

public sealed class FaultTests
{
    private const string Beta = "http://beta.demo:8000/";
    private const string Always = """{"numerator":1000000,"denominator":"MILLION"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_abort_answers_instead_of_the_upstream()
    {
        await using var mesh = await StartAsync(_ => throw new InvalidOperationException("reached"), $$"""{"abort":{"httpStatus":555,"percentage":{{Always}} } }""");

        var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal((HttpStatusCode)555, response.StatusCode);
        Assert.Equal("fault filter abort", await response.Content.ReadAsStringAsync(Cancel));
        var labels = new Dictionary<string, string>
        {
            ["response_flags"] = "FI",
            ["response_code"] = "555",
            ["destination_service"] = "beta.demo.svc.cluster.local",
            ["destination_service_name"] = "beta",
            ["destination_service_namespace"] = "demo",
            ["destination_workload"] = "unknown",
        };
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", labels, Cancel);
    }

    [Fact]
    public async Task A_gRPC_abort_is_a_gRPC_status_to_gRPC_clients_and_its_HTTP_status_to_others()
    {
        await using var mesh = await StartAsync(_ => throw new InvalidOperationException("reached"), $$"""{"abort":{"grpcStatus":8,"percentage":{{Always}} } }""");
        using var request = new HttpRequestMessage(HttpMethod.Post, Beta) { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new("application/grpc");

        var grpc = await mesh.Client().SendAsync(request, Cancel);
        var plain = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.OK, grpc.StatusCode);
        Assert.Equal("8", grpc.Headers.GetValues("grpc-status").Single());
        Assert.Equal(HttpStatusCode.TooManyRequests, plain.StatusCode);
    }

    [Fact]
    public async Task A_delay_precedes_the_abort_and_both_are_flagged()
    {
        await using var mesh = await StartAsync(_ => Task.CompletedTask, $$"""{"delay":{"fixedDelay":"0.200s","percentage":{{Always}} },"abort":{"httpStatus":503,"percentage":{{Always}} } }""");
        var clock = Stopwatch.StartNew();

        var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.True(clock.ElapsedMilliseconds >= 190);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await TestMesh.SampleAsync(mesh.AlphaAddress, "istio_requests_total", new Dictionary<string, string> { ["response_flags"] = "DI,FI" }, Cancel);
    }

    [Fact]
    public async Task A_delay_counts_in_the_source_only_and_not_against_the_route_timeout()
    {
        await using var mesh = await StartAsync(_ => Task.CompletedTask, $$"""{"delay":{"fixedDelay":"2.100s","percentage":{{Always}} } }""", timeout: "2s");

        var response = await mesh.Client().GetAsync(Beta, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        const string Sum = "istio_request_duration_milliseconds_sum";
        Assert.True(await TestMesh.SampleAsync(mesh.AlphaAddress, Sum, new Dictionary<string, string> { ["reporter"] = "source", ["response_flags"] = "DI" }, Cancel) >= 2_000);
        await TestMesh.SampleAsync(mesh.BetaAddress, "istio_requests_total", new Dictionary<string, string> { ["reporter"] = "destination", ["response_flags"] = "-" }, Cancel);
        var line = (await TestMesh.MetricsAsync(mesh.BetaAddress, Cancel)).Split('\n').First(line => line.StartsWith(Sum + "{", StringComparison.Ordinal) && line.Contains("reporter=\"destination\""));
        Assert.True(double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture) < 2_000);
    }

    [Theory]
    [InlineData(FractionalPercent.Types.DenominatorType.Hundred, 20u)]
    [InlineData(FractionalPercent.Types.DenominatorType.TenThousand, 2_000u)]
    [InlineData(FractionalPercent.Types.DenominatorType.Million, 200_000u)]
    public void Shares_are_counted_per_their_denominator(FractionalPercent.Types.DenominatorType denominator, uint numerator)
    {
        var share = Fraction.From(new FractionalPercent { Numerator = numerator, Denominator = denominator });

        Assert.True(share.Includes(0.1999));
        Assert.False(share.Includes(0.2));
        Assert.False(Fraction.From(null).Includes(0));
    }

    [Fact]
    public void A_fault_that_cannot_be_injected_is_refused()
    {
        var config = new RouteConfiguration { Name = "8000" };
        var route = new Route { Match = new RouteMatch { Prefix = "/" }, Route_ = new Envoy.Config.Route.V3.RouteAction { Cluster = "beta" } };
        route.TypedPerFilterConfig["envoy.filters.http.fault"] = Any.Pack(new HTTPFault { ResponseRateLimit = new() });
        config.VirtualHosts.Add(new VirtualHost { Name = "any", Domains = { "*" }, Routes = { route } });

        Assert.Contains("response_rate_limit", Assert.Throws<ResourceRejectedException>(() => RouteCompiler.Compile(config)).Message);
    }

    private static Task<TestMesh> StartAsync(RequestDelegate serve, string fault, string timeout = "0s") => TestMesh.StartAsync(serve, Cancel, (kind, resources) =>
    {
        if (kind == "routes")
        {
            var route = IstioResources.RouteOfBeta(resources);
            var config = JsonNode.Parse(fault)!;
            config["@type"] = "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault";
            route["typedPerFilterConfig"] = new JsonObject { ["envoy.filters.http.fault"] = config };
            route["route"]!["timeout"] = timeout;
        }
    });
}
